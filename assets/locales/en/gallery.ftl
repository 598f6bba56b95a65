# The first screen.

gallery-hero = Pick data. Press Train. Watch it learn.
gallery-about = Deep learning on your own computer: no Python, no notebook, no cloud account.
gallery-drop = or drop a table, a text, an archive or a folder of pictures or sounds on this window

gallery-examples = Start from an example
gallery-examples-about = You work on a copy; the original stays as it is.
gallery-about-seconds = about { $seconds } s
gallery-opening = Opening…

example-digits-title = Handwritten digits
example-digits-about = A small convolutional network learns to read digits from 8 × 8 images.
example-line-title = A straight line
example-line-about = A single neuron finds the slope and the intercept behind noisy points.
example-diagnosis-title = Breast cancer diagnosis
example-diagnosis-about = Thirty measurements of cell nuclei tell benign from malignant.
example-wine-title = Wine cultivars
example-wine-about = A chemical analysis of thirteen values tells which of three grapes it was.
example-poems-title = Poems
example-poems-about = A small GPT learns Tang and Song poems character by character, and goes on from yours.
example-dates-title = Dates
example-dates-about = An encoder and a decoder learn to write any date as 2026-11-22; see where they look.
example-reviews-zh-title = Chinese reviews
example-reviews-zh-about = A transformer reads reviews in Chinese and says whether their writers were pleased; see which words it looks at.
example-entities-title = Names in sentences
example-entities-about = A bidirectional LSTM tags people, places, organisations and dates, also those it has never read.
example-lstm-text-title = Text by LSTM
example-lstm-text-about = Two LSTM layers learn Proverbs letter by letter: the classic text generator.

task-classification = Classification
task-regression = Regression
task-language-modeling = Language model
task-masked-lm = Masked language model
task-tagging = Tagging
task-translation = Translation
task-reconstruction = Reconstruction

gallery-projects = Your projects
gallery-change-folder = Change folder…
gallery-no-projects = Nothing here yet. Examples you open and projects you create are kept in this folder.
gallery-runs = { $runs ->
    [0] no runs
    [one] { $runs } run
   *[other] { $runs } runs
}

ago-now = just now
ago-minutes = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
ago-hours = { $n ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
ago-days = { $n ->
    [one] yesterday
   *[other] { $n } days ago
}
