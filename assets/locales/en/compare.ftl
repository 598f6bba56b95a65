# The Compare screen.

compare-empty-title = Nothing to compare yet
compare-empty-text = Every run is kept. Train twice with different settings, and see here which one is better, and whether the difference is more than chance.

## Above the table
compare-filter = Filter runs
    .hint =
        Words are looked for in names, tags, notes and settings.
        Compare with < <= > >= = != : as in lr<0.01, test.accuracy>=0.97, optimizer.kind=adam, tag:baseline
        is:starred finds starred runs. All of it has to fit.
compare-filter-example = adam lr<0.01 tag:baseline
compare-clear-filter = Clear the filter
compare-shelf-runs = Runs { $runs }
    .hint = The runs you work with
compare-shelf-archive = Archive { $runs }
    .hint = Runs that are kept, but out of the way
compare-shelf-bin = Bin { $runs }
    .hint = Deleted runs; they are gone for good 30 days after
compare-group-by = Group by
compare-grouped = By { $column }
compare-ungrouped = No groups
compare-columns = Columns
compare-columns-usual = The usual columns
compare-find-column = Find a column
compare-choose-all = Choose all
    .hint = Chooses the runs that were found, up to the first 100
compare-choose-none = Choose none
compare-chosen = { $count } chosen

## Heads
compare-tags = Tags
compare-note = Note
compare-started = Started
compare-best = { $metric }, best
    .hint = The best on the validation rows, over all epochs
compare-test = { $metric }, test
    .hint = On the test rows, looked at once, at the end
compare-head-filter = In the filter: { $name }
compare-sort = Sort by { $column }
compare-group-by-this = Group by this
compare-hide-column = Hide this column

## Lines
compare-yes = on
compare-no = off
compare-group = { $column }: { $value } · { $runs }
compare-group-none = none
compare-star = Star run { $run }
compare-unstar = Take the star from run { $run }
compare-more = More for run { $run }
compare-none-found = No run is found
compare-none-found-text = Nothing fits all of the filter.
compare-no-runs = No runs here
compare-no-runs-text = All of them are in the archive or in the bin.
compare-no-archived = The archive is empty
compare-no-archived-text = Archive a run from its menu to have it out of the way, and yet keep it.
compare-no-deleted = The bin is empty
compare-no-deleted-text = Deleted runs wait here for 30 days before they are gone for good.

## What can be done with runs
compare-look = Show on the Train screen
compare-export-report = Export as a report
    .hint = One HTML page with result, curves, model and settings, for people who have no Trainyard
compare-import = Import curves
    .hint = Take the curves in a CSV file of TensorBoard, Weights & Biases or Trainyard as runs beside these
compare-export-csv = Export the curves as CSV
    .hint = A line a step, a column a metric
compare-export-parquet = Export the curves as Parquet
    .hint = The same table in columns, for pandas, polars and DuckDB
compare-export-tensorboard = Export for TensorBoard
    .hint = An event file with the curves
compare-export-unread = Choose this run first, so that it is read
compare-edit-labels = Tags and note…
compare-archive = Archive
compare-unarchive = Take out of the archive
compare-delete = Delete
compare-delete-off = Stop it first: what trains cannot be deleted
compare-restore = Take it back
compare-edit-labels-chosen = Tag the chosen runs…
compare-archive-chosen = Archive the chosen runs
compare-unarchive-chosen = Take the chosen runs out of the archive
compare-delete-chosen = Delete the chosen runs

labels-of-run = Tags and note of run { $run }
labels-of-runs = Tags of { $count } runs
labels-tags = Tags
labels-tags-hint = separated by commas
labels-note = Note
labels-keep = Keep

## The chosen runs
compare-tab-curves = Curves
    .hint = Loss and metrics over the training
compare-tab-settings = Settings
    .hint = What was chosen before pressing Train
compare-tab-model = Model
    .hint = Layers that were added, removed or changed
compare-tab-results = Results
    .hint = Which run is better, and whether that may be chance
compare-only-differences = Only what differs
compare-choose-title = Choose runs to compare
compare-choose-one = Click runs in the table: their curves are drawn here.
compare-choose-two = Click a second run in the table to see it beside the first.
compare-same-settings = The same settings
compare-same-settings-text = These runs differ in nothing that was set before training.
compare-model-against = Against the model of { $run }:
compare-same-model = The same model
compare-reading = Reading the runs…
compare-node-added = { $node } ({ $kind }) is new
compare-node-removed = { $node } ({ $kind }) is gone
compare-node-changed = { $node } is different
compare-untested = Not tested yet
compare-class = Class
compare-recall = Found (recall)
compare-precision = Right (precision)
compare-disagreements = Where they disagree
compare-line = Line { $line }
compare-row = Row { $row }
compare-truth = Truth: { $truth }

## Verdicts
verdict-better =
    { $count ->
        [one] { $better } is better than { $other }: { $metric } { $value } against { $other_value } on the same { $rows } test rows.
       *[other] { $better } are better than { $other }: { $metric } { $value } against { $other_value } on the same { $rows } test rows.
    }
verdict-chance = { $better } may be no better than { $other }: { $metric } { $value } against { $other_value } on the same { $rows } test rows is a difference that chance can make.
verdict-equal = { $better } and { $other } are equally good: { $metric } { $value } on the same { $rows } test rows.
verdict-runs = Runs { $runs }
verdict-space = { " " }
verdict-by-rows = With other rows, the lead would be between { $low } and { $high } ({ $confidence } % interval, { $resamples } bootstrap resamples).
verdict-mcnemar = { $better } alone is right on { $only_better } rows, { $other } alone on { $only_other }; McNemar's test: p { $p }.
verdict-by-seeds = With other seeds, between { $low } and { $high } (Welch's interval).
verdict-one-seed = One seed each: how much of this is the luck of a seed, repeats with other seeds would tell.
verdict-untested = Without answers to compare, because they were not tested or are older than that: { $runs }. Train them again, or a few epochs more.
verdict-elsewhere = Tested on other rows, and so not to be compared: { $runs }.
verdict-one-model = These runs differ in their seeds alone: there is nothing to decide between.
disagree-classes =
    { $rows ->
        [0] { $first } and { $second } answer every test row alike.
       *[other] { $first } and { $second } disagree on { $rows } test rows: { $only_first } that only { $first } has right, { $only_second } that only { $second } has right, { $neither } that both have wrong.
    }
disagree-numbers = { $first } is closer on { $only_first } test rows, { $second } on { $only_second }; { $rows } differ, { $neither } of them by nothing.
disagree-many-classes =
    { $rows ->
        [0] All { $runs } runs answer every test row alike.
       *[other] The { $runs } runs do not all say the same on { $rows } test rows. Right alone: { $alone }. None is right on { $none }.
    }
disagree-many-numbers = The { $runs } runs differ on { $rows } test rows. Closest: { $alone }. Several are as close on { $none }.

## The report of a run
report-facts = How it was made
report-fingerprint = Fingerprint of the data
report-version = Trainyard
report-confusion = Confusion matrix (rows: true, columns: predicted)
report-scatter = { $target }: predicted (upwards) against true (to the right)
compare-searches = Searches
    .hint = Search for good settings, and see what earlier searches found
compare-seeds = Seeds
compare-group-seeds = Seeds
    .hint = Runs that differ in their seeds alone together, with mean ± standard deviation
compare-repeat = Repeat with several seeds…
    .hint = Trains what this run was begun with again, with other seeds
