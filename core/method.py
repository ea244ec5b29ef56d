"""How each figure is made, in plain words: the Method page's text. Markdown, written here, never from data."""

from __future__ import annotations

from core.language import mark

SECTIONS: tuple[tuple[str, str], ...] = (
    (
        mark("What is read"),
        mark(
            "Files become one table of rated tracks. Several files are joined by position where their titles agree row by "
            "row, else by id, ISRC or title; the Data page says which. A column is an audio feature if the catalogue knows "
            "its name; any other takes part only if you choose it. Units are told by the whole column: where shares run from "
            "0 to 100 they are divided by 100, and the Data page says so. Row numbers, ids, titles, playlists, likes and "
            "other ratings never become features, since a row number in a file sorted by liking knows the answer. Keys lie on "
            "a circle and enter as sine and cosine, or as one column per key if you prefer."
        ),
    ),
    (
        mark("What is heard"),
        mark(
            "Of an audio file 90 seconds around the middle are measured: loudness with the filters and gates of ITU-R "
            "BS.1770; the tempo as the strongest lag of the onsets, with the one nearer to 120 where half or double fits as "
            "well (Ellis 2007); the twelve pitch classes from the peaks of the spectrum, after its tuning; the key by "
            "Krumhansl's profiles (1990); twelve mel-cepstral coefficients. What has no beat has no tempo, and what has no "
            "tones no key. Energy and danceability are estimates with names of their own, on a scale of their own: they are "
            "not Spotify's."
        ),
    ),
    (
        mark("Tracks that the model has not seen"),
        mark(
            "The tracks are dealt into folds (5 of them, ten times over; 10 folds below 60 tracks; five times over above 400, "
            "twice above 20,000). Each model learns from all folds but one and predicts that one. Medians for missing values, "
            "scales and weights are learned there too, never from the tracks to be predicted. All models get the same folds. "
            "The deal follows the tracks' features, not the file's order, so that a shuffled file gives the same figures. "
            "Rows of one recording (the same id, nearly the same features, or one title and artist with similar features) "
            "share a fold, and so do all tracks of one artist and of one work, wherever there are enough of them: a model "
            "that knows nine movements of a work would know the tenth by its company. On the Data page you can choose another "
            "column for it, or none."
        ),
    ),
    (
        mark("Skill"),
        mark(
            "1 minus the squared error of the model over the squared error of always guessing the average of the tracks "
            "learned from; pooled over all tracks, averaged over the rounds. 0 is that guess, 1 is perfect, below 0 is worse. "
            "The usual mean of the folds' R² reads 0.07 to 0.10 lower on 100 tracks, since each fold is there compared with "
            "its own mean. Where there are only two ratings (liked or not), the folds get like shares of both, and AUC stands "
            "beside skill: the share of pairs in a fold, one track of each rating, in which the model places the right one "
            "higher (50 % is guessing)."
        ),
    ),
    (
        mark("Its range"),
        mark(
            "Folds share most of the tracks they learn from, so the plain standard error over folds is several times too "
            "small. The range uses the corrected variance of Nadeau and Bengio (Machine Learning 52, 2003), widened by 1.15. "
            "In simulations with ridge it held the true skill of the model at hand in 93 to 98 of 100 lists, and that of a "
            "model trained on another list of the same length in 88 to 95."
        ),
    ),
    (
        mark("Could it be luck?"),
        mark(
            "Your ratings are dealt out anew 999 times, and everything is repeated to the last step with three quick models "
            "(ridge, and kernel ridge with a smooth and an additive kernel). p is the share of deals, the true one among "
            "them, in which the best of the three reaches as much as on your ratings. Ratings change place inside an artist "
            "or a work, and between groups of one size, since tracks of one artist may share a level that has nothing to do "
            "with sound. With p above 0.05 the verdict is none, and nothing is explained; clear needs p up to 0.01 and a "
            "skill of 0.10 or more whose whole range is above 0; the rest is weak. Above 0.60, or with a feature that knows "
            "your rating, it is suspicious until you have said what that column is."
        ),
    ),
    (
        mark("Why an average speaks for all"),
        mark(
            "The best of many models is flattered by being the best. The headline is the plain average of four models of "
            "different families that was fixed in advance."
        ),
    ),
    (
        mark("What a model used"),
        mark(
            "SHAP values split a prediction into one part per feature: how far it moves the expectation, averaged over all "
            "orders in which features can be made known (Shapley 1953; Lundberg and Lee 2017). Each track is explained by "
            "models that had not seen it, against the tracks they learned from (a random 100 of them at most). Linear, tree "
            "and kernel models are computed exactly; neighbours and the network by sampling orders, with the error given. "
            "Base plus parts equals the prediction, which is checked. They describe the model: features that sound alike "
            "share the credit at random, and a model that learned nothing has parts too. A group's part is the sum of its "
            "features' with their signs; larger groups have longer bars even of noise, so that their size is always shown."
        ),
    ),
    (
        mark("How firm a bar is"),
        mark(
            "The model is fitted again on 100 lists drawn from your groups of tracks with replacement, on 99 lists with the "
            "ratings dealt out anew, and on 20 pairs of halves (a third to a half of that above 2,000 tracks or 100 "
            "features), and is explained on tracks that it has not seen. The first give each bar its range (it can never "
            "reach 0, so it is no test), the second the line that luck reaches with its longest bar (Altmann and others "
            "2010), the third say whether the order of the bars would come out again. Once anything is real, models lean "
            "harder on everything: what lies beyond the line is not yet a driver."
        ),
    ),
    (
        mark("More of one feature"),
        mark(
            "The curve of a feature adds up how much the model's expectation changes from one piece of its range to the next, "
            "with every track moved inside its own piece alone (accumulated local effects; Apley and Zhu 2020). The picture "
            "that is usually drawn, a partial dependence plot, moves every track everywhere, and asks the model about quiet "
            "metal and loud lullabies. The line is the mean of ten models of the folds, the band that of the 100 drawn lists. "
            "It describes the model. That your own ratings are highest, or lowest, somewhere in the middle is told only where "
            "three tests on them pass: they bend along the feature's ranks (p up to 0.05, Holm's correction over all "
            "features), the top has a tenth of your tracks beyond it on either side, and a line on each side leans towards it "
            "(Simonsohn 2018)."
        ),
    ),
    (
        mark("Two features together"),
        mark(
            "Asked from 300 tracks and a skill of 0.20 on. What additive curves leave of your ratings, on tracks that they "
            "had not seen, is held against the product of each two features, and the strongest link of all is compared with "
            "that of 999 deals of what was left. So every pair that was looked at is counted."
        ),
    ),
    (
        mark("The range of an expectation"),
        mark(
            "80 of 100 new tracks lie as close to what a model expects of them: the range is as wide as its misses on tracks "
            "that it had not seen (conformal prediction; Barber and others 2021), and ends where your scale ends."
        ),
    ),
    (
        mark("How you rate"),
        mark(
            "Habits of rating are tested one by one: the middle, the ends and the round steps of the scale against a normal "
            "curve of the same mean and spread; the order, the rating before, the first and the last tenth, where you say "
            "that the rows stand in the order in which you rated, or a column tells dates; artists, albums and works; "
            "popularity, age, length, explicit words, and lists, where columns tell them. Wherever sound could stand behind "
            "one, what is tested is what sound leaves of your ratings. All looks are counted (Benjamini and Hochberg 1995, "
            "weighted by what is likely beforehand), and what is too small to matter is not told, however sure. On simulated "
            "listeners without such habits one is claimed of 4 in 100 lists of 100 tracks."
        ),
    ),
    (
        mark("Habits taken out"),
        mark(
            "What a habit adds to each rating is learned inside each fold, from the tracks that the model learns from: a line "
            "along the order or a column, or a level for each artist, album, work or list, drawn towards 0 where little is "
            "known. The model learns from ratings less that, and it is put back for the tracks held out. With and without are "
            "compared fold by fold, as one model against another."
        ),
    ),
    (
        mark("Several listeners"),
        mark(
            "Tracks are the same by id, ISRC, title and artist, or equal features. Severity is each listener's part of rating "
            "= track + listener, by least squares, with its range over 1,999 draws of tracks and Holm's correction. Agreement "
            "is Krippendorff's alpha, before and after severity is taken out. Two listeners' correlations with a feature are "
            "compared by Fisher's z, with Benjamini and Hochberg's q over all features."
        ),
    ),
    (
        mark("What goes together"),
        mark(
            "Rank correlations (Spearman) with intervals after Bonett and Wright (Psychometrika 65, 2000). Many features are "
            "looked at, so some would stand out by luck: coloured are those that stay after the correction of Benjamini and "
            "Hochberg (1995) at 5 %. The heatmap is ordered by average linkage on 1 minus the absolute correlation."
        ),
    ),
    (
        mark("What this cannot show"),
        mark(
            "Why you rate as you do. A taste that lies in a combination of features alone is rarely found: the test against "
            "luck lets it through for one in ten lists of 100 ratings and three in ten of 300. Words, memories, people and "
            "places, which no audio feature hears."
        ),
    ),
)
