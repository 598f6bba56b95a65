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
cli-branched = { $run } goes on from { $parent } at step { $step }
cli-branched-fresh = Begun anew, because { $names } did not fit; all other weights are taken over
cli-branched-optimizer = The optimizer begins anew
cli-imported = Look at them with “trainyard runs”, or beside your own on the Compare screen.
cli-exported = Wrote { $run } to { $file }
cli-compare-projects = Compare runs of one project: runs of different projects have no test rows in common.
cli-stopping = Stopping after this step; what was learned is kept. Press Ctrl+C again to leave at once.
cli-held = It waits, and tries again every few seconds: make room, and it goes on by itself. Ctrl+C ends it.
cli-ended = Run { $run }: { $state } after { $seconds } s · { $rate } samples/s · { $parameters } parameters
cli-test =
    { $rows ->
        [one] Test split (1 row):
       *[other] Test split ({ $rows } rows):
    }
cli-confusion = Confusion matrix (rows: true, columns: predicted):
cli-model-node = node
cli-model-kind = kind
cli-model-reads = reads
cli-model-gives = gives
cli-model-own = parameters
cli-model-computes = multiply-adds
cli-model-parameters = { $count } parameters
cli-model-buffers = { $count } kept statistics
cli-model-multiply-adds = { $count } multiply-adds a sample
cli-model-memory = ≈ { $memory } a step of { $rows } rows
cli-asked = { $run }: { $state }
cli-asked-unheard = { $run } has been asked, and has not done it yet: its program does not answer, or its step is long. What was asked waits for it.
cli-paused = Paused. Go on with it: trainyard resume "{ $run }"
cli-seeds = { $seeds } seeds, mean ± standard deviation on the test rows:
cli-search = Search { $search } of { $experiment }: { $trials } trials, { $ended } of them ended
cli-search-held = Held. Go on exactly here: trainyard search "{ $folder }" --resume { $search }
cli-search-best = Best:
cli-search-no-best = No trial came to its end.
cli-import-found = { $rows } rows, { $columns } columns ({ $format })
cli-import-task = To predict: { $target } ({ $task })
cli-import-faults = { $count } rows or files were left out or mended; --json lists them.
cli-import-made = Made a project. Train it: trainyard train "{ $folder }"

# Scores
cli-evaluated = Run { $run }, { $rows } rows
cli-predicted = { $rows } rows predicted, in { $file }
cli-precision = precision
cli-recall = recall
cli-f1 = F1
cli-support = rows
cli-average-micro = micro
cli-average-macro = macro
cli-average-weighted = weighted
