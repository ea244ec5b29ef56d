"""explainerdashboard's preparation of one support vector model: `python dashboard.py LIST.csv`.

Everything that its dashboard computes before it is served (predictions, SHAP values of all tracks, permutation importances), with
its own settings. Runs in an environment of its own, with nothing of this project.
"""

import sys
import warnings

import pandas as pd
from explainerdashboard import RegressionExplainer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

warnings.filterwarnings("ignore")
table = pd.read_csv(sys.argv[1])
features = table.drop(columns="rating")
features = features.fillna(features.median())
model = make_pipeline(StandardScaler(), SVR()).fit(features, table["rating"])
explainer = RegressionExplainer(model, features, table["rating"], shap="kernel")
explainer.calculate_properties(include_interactions=False)
sys.stdout.write(f"{len(features)}\n")
