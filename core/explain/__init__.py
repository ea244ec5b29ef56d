"""Why a fitted model predicts what it predicts: Shapley values per feature, in rating points."""
