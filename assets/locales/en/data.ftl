# From a data file to a project.

dialog-close = Close
dialog-cancel = Cancel

browser-data = Open data
browser-data-about = A CSV file: one row for each example, one column for each property.
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
new-project-other-file = Choose another file…
new-project-size = { $rows } rows · { $columns } columns
new-project-header = The first row holds the names
new-project-target = Predict
new-project-target-hint = The column the model will learn to tell from all the others.
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

column-number = number
column-category = category
column-text = text
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
