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
new-experiment = first model
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
task-masked-lm-hint = Tokens of a text that are hidden, from those on both sides (BERT).
task-tagging-hint = A tag for each word.
task-translation-hint = The same text in another language.
task-reconstruction-hint = The row itself, through a narrow place.
new-project-pretrained = Pretrained model
    .hint = A model that others have trained on many texts learns your task from few rows. Its folder holds config.json, *.safetensors and tokenizer.json; BERT, RoBERTa, DistilBERT, MiniLM, GPT-2, Llama and Qwen2 are read. The project keeps a copy.
new-project-pretrained-none = none: begin from scratch
new-project-pretrained-about = folder of a Hugging Face model
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
    .hint = What the rows hold, and what is wrong with them.
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
    .hint = A model that reads it learns nothing else. If it is not known when you predict, leave this column out.
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

# The recipe
data-recipe = Recipe
    .hint = How the rows are divided, and what is done to them before the model reads them. It is a part of the experiment: undo and save work as everywhere.
recipe-by = Divide
    .hint = Rows that go together must not stand in two splits, or the test says more than is true.
recipe-by-random = at random
recipe-by-order = in order of the file
recipe-by-time = by time
recipe-by-group = by group
recipe-by-column = Column
    .hint = By time: numbers or dates, the oldest rows are trained on and the newest tested. By group: rows with the same value here stay together, such as those of one customer.
recipe-by-corpus = A text is divided in its order: its beginning is trained on, its end tested.
recipe-by-named = Rows that “{ $column }” puts into a split stay there.
data-pick = Row { $row }
data-picked = { $count ->
    [0] No row picked
    [1] 1 row picked
   *[other] { $count } rows picked
}
    .hint = Click a row to pick it; Ctrl and Shift pick several. Number keys give it a label and go on to the next, arrows go on without. Labels are kept in labels.csv beside the data; your file stays as it is.
data-picked-one = Row { $row }: { $label }
data-unpick = Pick none
data-label = Label…
data-label-new = Another label
data-label-set = Give it this label
data-label-back = Take the last labels back
recipe-share = Share
    .hint = The share of all rows, 0 to below 1; what validation and test leave is trained on.
recipe-seed = Seed
    .hint = Another number draws other rows.
recipe-stratify = Stratified
    .hint = Every split gets as large a part of each class.
recipe-steps = Steps
    .hint = Carried out from top to bottom, in every run and in the same way wherever the model is used. Whatever a step learns (a mean, a list of categories) it learns from the training rows alone.
recipe-empty = No steps yet: the columns are read as they are.
recipe-add = Add a step…
recipe-step = Step { $number }: { $step }
recipe-up = Move step { $number } up: { $step }
recipe-down = Move step { $number } down: { $step }
recipe-remove = Remove step { $number }: { $step }
recipe-of-rows = Rows
recipe-of-columns = Columns
recipe-of-numbers = Numbers
recipe-of-categories = Categories
recipe-of-media = Pictures and sounds
recipe-of-target = Target
recipe-of-variation = Augmentation
recipe-changed = { $count ->
    [one] 1 column
   *[other] { $count } columns
}
recipe-rows = { $before } → { $after } rows
recipe-nothing = Changes nothing
recipe-target = The target changes; the columns stay as they are.
recipe-varies = Training rows alone, each time anew
recipe-varied = As it is, and in the first five epochs
recipe-varied-row = Training row { $row } as it is, and varied five times
recipe-varied-wait = Varying a few rows …
recipe-varied-numbers = Numbers are varied as they are handed to the model; there is no picture or text to look at.
recipe-more = { $count ->
    [one] And one more column
   *[other] And { $count } more columns
}
recipe-look = { $column }, training rows: { $before } → { $after }
recipe-mean = mean { $mean }
recipe-categories = { $count ->
    [one] 1 category
   *[other] { $count } categories
}
recipe-features = { $count } features
recipe-gaps = { $count } missing
recipe-dropped = left out
recipe-tokens = { $length } tokens ({ $kind })
recipe-mels = { $mels } bands
step-drop-duplicates = Drop duplicate rows
    .hint = Of rows that are the same in every column the first one stays. Done before the rows are divided.
step-drop-gaps = Drop rows with gaps
    .hint = Rows that have no value in these columns are left out before the rows are divided.
step-keep-rows = Filter rows
    .hint = Only rows that the filter finds are used, in training, validation and test.
step-drop-leaks = Drop leaked rows
    .hint = Rows for validation or test that are alike a training row (but for the target) are left out.
step-drop = Drop columns
    .hint = The model does not read these columns.
step-date-parts = Date parts
    .hint = Dates become numbers: year, month, day, weekday, hour, days since 1970. A column that the project ignores comes in when it is named here.
step-fill = Fill gaps
    .hint = Puts a value where there is none.
step-clip = Clip
    .hint = Numbers beyond two quantiles of the training rows are put on these, so that single outliers do not rule the scale.
step-log1p = Logarithm
    .hint = ln(1 + x): for prices, counts, and other numbers that are mostly small and sometimes huge. They must be above −1.
step-standardize = Standardize
    .hint = To mean 0 and standard deviation 1. What most models of numbers want.
step-min-max = Scale to 0…1
    .hint = The least number of the training rows becomes 0, the largest 1.
step-robust = Robust scale
    .hint = Less the median, divided by the distance of the quartiles: outliers do not matter.
step-divide = Divide
    .hint = By a number that is the same for all columns, such as 255 for pixels.
step-bins = Bins
    .hint = Numbers become categories with about as many training rows each. One-hot or ordinal makes numbers of these again.
step-join-rare = Join rare categories
    .hint = Categories with fewer rows than this share become one, “other”, where unknown ones belong, too.
step-one-hot = One-hot
    .hint = A column of 0 and 1 for each category; an unknown one is 0 in all.
step-ordinal = Ordinal
    .hint = Each category becomes its place in the alphabet, −1 if training never saw it. For categories that have an order.
step-index = Index
    .hint = Each value becomes an id, for an embedding layer; 0 is unknown.
step-tokenize = Tokenize
    .hint = Texts are cut into tokens, which are learned from the training rows.
step-resize = Resize
    .hint = All pictures to one size.
step-grey = Grey
    .hint = Coloured pictures become grey: one channel in place of three.
step-spectrogram = Spectrogram
    .hint = Sounds become pictures of how loud each pitch is, moment by moment.
step-standardize-target = Standardize target
    .hint = The number to predict, to mean 0 and standard deviation 1; results are shown in its own units.
step-random-flip = Random flip
    .hint = Training pictures are mirrored, half of the time: for things that may as well look the other way. Not for digits or letters.
step-random-translation = Random shift
    .hint = Training pictures are moved a little, so that the model does not learn where things stand.
step-random-rotation = Random rotation
    .hint = Training pictures are turned a little about their middle.
step-random-zoom = Random zoom
    .hint = Training pictures come a little larger or smaller.
step-color-jitter = Color jitter
    .hint = Training pictures come with other brightness, contrast and saturation, as under other light.
step-random-erasing = Random erasing
    .hint = A rectangle of each training picture becomes grey (cutout), so that the model does not hang on a single detail.
step-spec-augment = Mask spectrograms
    .hint = A stretch of time and a band of pitches of each training sound become silent (SpecAugment).
step-gaussian-noise = Gaussian noise
    .hint = Every number of a training row is a little off, each time differently. After standardizing, 0.05 is a twentieth of a standard deviation.
step-token-dropout = Drop tokens
    .hint = Some tokens of a training text become unknown ones, so that the model does not hang on single words.
step-token-swap = Swap tokens
    .hint = Some neighbouring tokens of a training text change places.
step-columns = Columns
    .hint = The columns that the step is for.
step-columns-all = All that fit
step-columns-none = Choose columns
step-with = With
    .hint = What is put into gaps. The median bears outliers; the most frequent value also fills categories.
step-value = Value
    .hint = What is put into gaps.
step-indicator = Say where they were
    .hint = Adds a column of 0 and 1 for each column that has gaps: that something is missing may mean something.
step-low = Low quantile
    .hint = 0.01: the lowest hundredth of the training rows is put on it.
step-high = High quantile
    .hint = 0.99: the highest hundredth of the training rows is put on it.
step-by = By
    .hint = All numbers are divided by it.
step-count = Bins
    .hint = How many categories there are, at most.
step-share = Share
    .hint = 0.01: categories with less than a hundredth of the training rows are rare.
step-parts = Parts
    .hint = What a date becomes, a column each.
step-day-first = Day first
    .hint = 2/3/2024 is the second of March rather than the third of February. Dates that begin with the year are clear anyway.
step-filter = Rows to keep
step-width = Width
    .hint = In pixels.
step-height = Height
    .hint = In pixels.
step-rate = Sample rate
    .hint = Samples a second, after resampling.
step-seconds = Seconds
    .hint = How much of each sound is used; shorter ones are filled up with silence.
step-mels = Bands
    .hint = How many pitches are told apart.
step-at-most = At most
    .hint = 0.1: up to a tenth, either way.
step-area = Area
    .hint = 0.1: a tenth of the picture.
step-degrees = Degrees
    .hint = Up to so many, either way.
step-brightness = Brightness
    .hint = 0.2: up to a fifth of the picture's range lighter or darker.
step-contrast = Contrast
    .hint = 0.2: up to a fifth more or less.
step-saturation = Saturation
    .hint = 0.2: up to a fifth more or less colour. Grey pictures have none.
step-deviation = Deviation
    .hint = The standard deviation of the noise, in the units that the steps before have made.
step-chance = Chance
    .hint = 0.1: one token in ten.
step-horizontal = Left and right
    .hint = Mirrored from left to right.
step-vertical = Top and bottom
    .hint = Mirrored from top to bottom.
step-mask-columns = Time columns
    .hint = Up to so many neighbouring columns, of a hundredth of a second each.
step-mask-bands = Bands
    .hint = Up to so many neighbouring pitches.
fill-mean = mean
fill-median = median
fill-frequent = most frequent
fill-constant = a constant
date-part-year = year
date-part-month = month
date-part-day = day
date-part-weekday = weekday
date-part-hour = hour
date-part-days = days since 1970

# What mends a finding
health-mend = { $does }: { $finding }
mend-drop-leaks = Leave them out of validation and test
    .hint = Adds the step “Drop leaked rows” to the recipe. It can be undone.
mend-drop-duplicates = Use each row once
    .hint = Adds the step “Drop duplicate rows” to the recipe. It can be undone.
mend-drop-column = Leave the column out
    .hint = Adds the step “Drop columns” to the recipe; the model's input follows. It can be undone.
mend-fill-median = Fill with the median
    .hint = Adds the step “Fill gaps” to the recipe, with the median of the training rows. It can be undone.
mend-fill-frequent = Fill with the most frequent
    .hint = Adds the step “Fill gaps” to the recipe, with the most frequent category of the training rows. It can be undone.
mend-clip = Clip to 1 – 99 %
    .hint = Adds the step “Clip” to the recipe: numbers beyond these quantiles of the training rows are put on them. It can be undone.
mend-weigh-classes = Weigh the classes
    .hint = Sets the class weights of the loss so that every class counts the same (all rows ÷ classes ÷ rows of the class). It can be undone.
