# What surrounds every screen.

## The stages, and what each is for

stage-data = Data
stage-data-purpose = Here you will look through the rows, clean them, and decide what the model gets to see.
stage-model = Model
stage-model-purpose = Draw the model layer by layer, with every shape checked as you go.
stage-train = Train
stage-train-purpose = Press Train and watch the model learn.
stage-compare = Compare
stage-compare-purpose = Here you will lay runs side by side: settings, curves and results.
stage-evaluate = Evaluate
stage-evaluate-purpose = Here you will see where the model is wrong, row by row and class by class.
stage-inspect = Inspect
stage-inspect-purpose = Here you will look inside: activations, attention and gradients, at any moment of the training.
stage-try = Try
stage-try-purpose = Here you will give the model something new and see what it makes of it.
stage-ship = Ship
stage-ship-purpose = Here you will turn the model into a file that other programs can run.

## Commands

command-palette = Search commands…
command-open-data = Open data…
command-open-project = Open project…
command-gallery = Gallery
command-save = Save experiment
command-undo = Undo
command-redo = Redo
command-undo-named = Undo: { $edit }
command-redo-named = Redo: { $edit }
command-templates = Begin with a network…
command-model-text = Show the model’s text, or hide it
command-copy-pytorch = Copy the model as PyTorch code
command-copy-keras = Copy the model as Keras code
command-copy-candle = Copy the model as candle code
command-train = Train
command-pause-or-resume = Pause or resume
command-stop = Stop and keep
command-train-more = Train 10 more epochs
command-stage-data = Go to Data
command-stage-model = Go to Model
command-stage-train = Go to Train
command-stage-compare = Go to Compare
command-stage-evaluate = Go to Evaluate
command-stage-inspect = Go to Inspect
command-stage-try = Go to Try
command-stage-ship = Go to Ship
command-switch-language = 切换到简体中文
command-switch-theme = Switch between dark and light
command-projects-folder = Change the projects folder…

palette-button = Search commands
palette-hint = Type a command
palette-nothing = No command has these letters

## The bar at the top

experiment = Experiment
project-unsaved = Changes are not saved
language = Language
theme-to-light = Light theme
theme-to-dark = Dark theme

pill-run = Run { $run }
pill-running = training
pill-paused = paused
pill-queued = waiting
pill-loss = loss
pill-go = Go to this run

## Messages in the corner

toast-saved = Saved “{ $experiment }”
toast-finished = Run { $run } has finished
toast-searched = Search { $search } has finished: { $trials } trials
toast-stopped = Run { $run } was stopped; what it learned is kept
toast-code = The model is in the clipboard as { $framework } code
toast-no-nodes = The clipboard holds no nodes of a model
toast-branched = Run { $run } goes on from run { $parent } at step { $step }
toast-branched-fresh = Run { $run } goes on from run { $parent } at step { $step }. Begun anew: { $names }, and the optimizer
toast-busy = The engine has too much to do just now. Try again in a moment.
toast-dropped = Drop a CSV file or a project's folder
toast-dismiss = Dismiss
toast-copy-details = Copy details
toast-undo = Undo
toast-deleted = Runs moved to the bin: { $count }
toast-saved-elsewhere = Run { $run } is kept in { $folder }; resume it there
toast-imported = Runs with curves of others: { $count }
toast-exported = Written to { $file }
toast-too-many-runs = More than 100 curves at once cannot be told apart. Hide some first.

drop-here = Drop a CSV file to make a project of it
