# From a data file to a project.

dialog-close = Close
dialog-cancel = Cancel

browser-data = Open data
browser-data-about = A table, a text, an archive, or a folder of pictures or sounds: one row or file for each example.
browser-project = Open a project
browser-project-about = A project is a folder with a project.toml in it.
browser-projects-folder = Projects folder
browser-elsewhere = Save the run elsewhere
browser-elsewhere-about = A copy of this project will be made in the folder, with this run, its curves and a checkpoint at the step where it holds.
browser-curves = Import curves
browser-curves-about = A CSV file that TensorBoard gives for a curve, Weights & Biases for a plot or for the history of a run, or Trainyard for a run.
browser-projects-folder-about = Examples you open and projects you create will be kept here.
browser-path = Path
browser-path-hint = Type or paste a path
browser-open = Open
browser-up = Up one folder
browser-nothing = Nothing here that can be opened
browser-missing = There is nothing to open at “{ $path }”.
browser-unreadable = This folder cannot be read: { $cause }
browser-use-folder = Use this folder

new-project = New project
new-project-reading = Reading { $file }…
new-project-other-file = Choose other data…
new-project-size = { $rows } rows · { $columns } columns
new-project-header = The first row holds the names
new-project-target = Predict
new-project-target-hint = The column the model will learn to tell from all the others.
new-project-target-gaps = { $gaps ->
    [one] One row has no value here and is left out.
   *[other] { $gaps } rows have no value here and are left out.
}
new-project-choose = Choose a column
new-project-predict = Predict “{ $column }”
new-project-task = Task
task-classification-hint = One of a few classes.
task-regression-hint = A number.
task-language-modeling-hint = The next token of a text.
task-tagging-hint = A tag for each word.
task-translation-hint = The same text in another language.
task-reconstruction-hint = The row itself, through a narrow place.
new-project-name = Project name
new-project-place = in { $folder }
new-project-create = Create project

reading-delimiter = Delimiter
reading-comma = comma
reading-semicolon = semicolon
reading-tab = tab
reading-pipe = pipe
reading-encoding = Encoding
reading-type = Type of “{ $column }”
reading-split = divided by “{ $column }”
reading-faults = { $count ->
    [one] One row or file was left out or mended
   *[other] { $count } rows or files were left out or mended
}
reading-faults-first = The first { $count } are listed.

format-delimited = table in text
format-json-lines = JSON Lines
format-parquet = Parquet
format-excel = Excel
format-numpy = NumPy
format-idx = IDX pictures
format-cifar = CIFAR pictures
format-text = plain text
format-pairs = text in two languages
format-conll = tagged words
format-images = pictures
format-audio = sounds

column-number = number
column-category = category
column-text = text
column-tokens = words
column-tags = tags
column-image = picture
column-audio = sound
column-target = to predict
column-gaps = { $gaps ->
    [one] { $gaps } gap
   *[other] { $gaps } gaps
}
column-distinct = { $n } different

unsaved = Save your changes?
unsaved-about = Not saved yet: { $experiments }
unsaved-save = Save
unsaved-discard = Discard changes
found = Unsaved changes from last time
found-about = Trainyard ended before these were saved. Taken back, they stand as one step that can be undone.
found-take = Take them back
found-drop = Drop them

closing = A run is training
closing-about = In the background it goes on without a window, and the next window shows it with its whole curve. Paused, it goes on from the very same step when you say so. Stopped, it ends here, is tested, and keeps what it has learned.
closing-keep = Train on in the background
closing-pause = Pause and close
closing-stop = Stop and close

# The Data screen
data-filter = Filter rows
    .hint = Words, and comparisons of columns, with spaces between; a row is shown where all of them fit. age>=30 and city=Paris compare, review:good asks for a part, age= finds gaps, - turns round what follows it, "two words" are one.
data-filter-hint = Filter: words, age>=30, city=Paris, -review:bad
data-filter-off = Show all rows
data-rows = { $rows } rows
data-rows-of = { $shown } of { $rows } rows
data-as-grid = Pictures
data-as-table = Table
data-overview = Overview
data-column = Look at “{ $column }”
data-sort = Sort by “{ $column }”
data-share-missing = { $share } missing
data-fact-rows = Rows
data-fact-columns = Columns
data-fact-gaps = Missing
data-fact-distinct = Different values
data-fact-mean = Mean
data-fact-deviation = Standard deviation
data-fact-least = Minimum
data-fact-low = 25 %
data-fact-median = Median
data-fact-high = 75 %
data-fact-most = Maximum
data-fact-outliers = Outliers
data-lengths = How long the values are
data-top = Most frequent
data-related = Goes together with
    .hint = Pearson's correlation: +1 where both rise together, −1 where one falls as the other rises, 0 where neither tells anything of the other in a straight line.
data-splits = Splits
    .hint = The model learns from the training rows, is watched on the validation rows, and is tested once on the test rows, which it has never seen.
data-split-training = Training
data-split-validation = Validation
data-split-test = Test
data-balance = Classes
    .hint = A class with few rows is easily overlooked by a model, and accuracy hides it.
data-correlations = Correlations
    .hint = Each square is a pair of number columns: blue where both rise together, orange where one falls as the other rises.

# What is wrong with the data
data-health = Worth a look
    .hint = What most often spoils a first model, found in these rows before an hour is lost.
health-show = Show: { $finding }
health-show-short = Show
health-leaks = { $rows } rows for validation or test are in the training, too
    .hint = The model has seen them, so its results look better than they are. Remove the copies, or keep all of them in one split.
health-conflicts = { $rows } rows are alike but for the target
    .hint = No model can be right about all of them. Correct the target, or add a column that tells them apart.
health-duplicates = { $rows } rows are the same as an earlier one
    .hint = They weigh twice, and may stand in two splits at the same time.
health-telltale = “{ $column }” all but says the target
    .hint = A model that reads it learns nothing else. If it is not known when you predict, ignore this column in project.toml.
health-constant = “{ $column }” is the same in every row
    .hint = There is nothing to learn from it.
health-gaps = “{ $column }” has { $rows ->
        [one] a gap
       *[other] { $rows } gaps
    }
    .hint = A fill step of the recipe puts the median or the mean there.
health-outliers = “{ $column }” has { $rows ->
        [one] an outlier
       *[other] { $rows } outliers
    }
    .hint = Further from the middle half of the values than one and a half times its width (Tukey). They may be slips, or the most telling rows.
health-imbalance = Only { $rows } rows are “{ $column }”
    .hint = A model can leave this class out and still be right nearly always. Class weights in the loss, or more rows of it, help.
health-personal = “{ $column }” seems to hold { $what }
    .hint = Ignore the column unless you need it, and may use it.
personal-email = e-mail addresses
personal-phone = telephone numbers
personal-id-card = identity-card numbers
