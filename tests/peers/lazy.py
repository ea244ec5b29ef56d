"""lazypredict on one list, as its users run it: `python lazy.py LIST.csv [FOLDS]`. Prints how many models it fitted.

Runs in an environment of its own, with nothing of this project.
"""

import sys
import warnings

import pandas as pd
from lazypredict.Supervised import LazyRegressor
from sklearn.model_selection import train_test_split

warnings.filterwarnings("ignore")
table = pd.read_csv(sys.argv[1])
parts = train_test_split(table.drop(columns="rating"), table["rating"], test_size=0.2, random_state=0)
settings = {"cv": int(sys.argv[2])} if len(sys.argv) > 2 else {}
board, _ = LazyRegressor(verbose=0, ignore_warnings=True, **settings).fit(parts[0], parts[1], parts[2], parts[3])
sys.stdout.write(f"\n{len(board)}\n")
