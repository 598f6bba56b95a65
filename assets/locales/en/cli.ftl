# What the program says in a terminal.
cli-error = Error: { $message }
cli-no-display = there is no display
cli-no-window = The window cannot open ({ $cause }); training the digits example here instead. `trainyard --help` shows what else a terminal can do.
cli-examples = Examples (trainyard train NAME):
cli-projects = Projects in { $folder }:
cli-runs =
    { $runs ->
        [one] 1 run
       *[other] { $runs } runs
    }
cli-training = Training “{ $experiment }” of { $project } in { $folder }
cli-loss = loss { $value }
cli-validation-loss = validation { $value }
cli-validation-accuracy = accuracy { $value }
cli-validation-r2 = R² { $value }
cli-resuming = Going on with { $run } from step { $step }
cli-resume = Go on with it: trainyard resume "{ $run }"
cli-export-format = What is { $file } to be? Say --to safetensors, csv, tensorboard or report, or let its name end in .safetensors, .csv, .tfevents or .html.
cli-exported = Wrote { $run } to { $file }
cli-compare-projects = Compare runs of one project: runs of different projects have no test rows in common.
cli-stopping = Stopping after this step; what was learned is kept. Press Ctrl+C again to leave at once.
cli-ended = Run { $run }: { $state } after { $seconds } s · { $rate } samples/s · { $parameters } parameters
cli-test =
    { $rows ->
        [one] Test split (1 row):
       *[other] Test split ({ $rows } rows):
    }
cli-confusion = Confusion matrix (rows: true, columns: predicted):
