# What went wrong, and what to do about it: a message for each of the engine's errors.

# Faults of a data file, and of what a recipe asks of it. Rows are lines of the file, the header included.
data-missing = { $file } does not exist.
    .hint = Perhaps it was moved or renamed; put it back, or open the data from where it is now.
data-unreadable = { $file } cannot be read: { $cause }.
    .hint = Check that it is a file and that you may read it, then try again.
data-file-too-large = { $file } is larger than { $limit_megabytes } MB.
    .hint = Keep a part of its rows in a smaller file and open that.
data-unpacks-too-large = { $file } holds more than { $limit_megabytes } MB when it is unpacked.
    .hint = Unpack it yourself and open a part of it. A small archive that grows so much is often a trap.
data-too-many-rows = { $file } has more than { $limit } rows.
    .hint = Keep a part of its rows in a smaller file and open that.
data-unknown-format = { $file } is nothing that can be read as data.
    .hint = Tables (CSV, JSON Lines, Parquet, Excel, NumPy), text, CoNLL, and folders of pictures or WAV files can be opened, packed or not.
data-left-out = { $file } was left out: { $cause }.
    .hint = Everything else was read. Mend this file or remove it.
data-column-left-out = { $file }: column { $column } was left out: { $cause }.
    .hint = Everything else was read. To use it, save it as numbers or text.
data-bad-json = { $file }, row { $row } is no JSON object: { $cause }.
    .hint = Every row is an object of its own, such as {"{"}"text": "…", "label": 1{"}"}.
data-not-in-encoding = { $file }, row { $row } has bytes that are no letters in { $encoding }.
    .hint = Choose another encoding, or mend this row.
data-empty-file = { $file } is empty.
    .hint = Choose a file with rows of values separated by commas, semicolons, tabs or pipes.
data-header-only = { $file } has a header but no rows.
    .hint = If its first row holds data, say that the file has no header; otherwise choose a file with rows.
data-too-many-columns = { $file }, row { $row } has { $columns } fields; at most { $limit } are read.
    .hint = Keep the columns that matter in a smaller file. Is every row on a line of its own?
data-ragged-row = { $file }, row { $row }: found { $found } fields, expected { $expected }.
    .hint = Look for a missing or extra separator in this row. A field with a separator in it needs quotation marks around it.
data-field-too-long = { $file }, row { $row }, field { $field } is { $bytes } bytes long; at most { $limit } are read.
    .hint = Shorten this field, or look for a quotation mark that is not closed.
data-not-utf8 = { $file }, row { $row }, field { $field } is not UTF-8 text (its byte { $byte }).
    .hint = Save the file as UTF-8 and open it again; in Excel, choose “CSV UTF-8”.
data-unclosed-quote = { $file }: a quotation mark opened in row { $row } is never closed.
    .hint = Close it, or remove it. A quotation mark inside a field is written twice: "".
data-not-finite = { $file }, row { $row }, column { $column }: { $value } is no finite number within ±3.4e38.
    .hint = Correct this cell, or leave it empty so that it counts as a gap.

# The columns a project asks for
data-target-missing = { $file } has no column { $column } to predict.
    .hint = Choose one of its columns: { $columns }.
data-no-target = { $file } has no column that can be predicted.
    .hint = Name one with --target: a column of numbers, or of categories that repeat.
data-ignored-missing = { $file } has no column { $column } to ignore.
    .hint = Correct the name in project.toml, or remove it there. The file's columns: { $columns }.
data-no-features = { $file }: nothing is left to predict { $target } from.
    .hint = Besides the target, the file needs a column of numbers or of categories that is not ignored. Text cannot be used yet.

# The target
data-target-gap = { $file }, row { $row }: the target { $column } is empty.
    .hint = Write its value or remove the row. Cells such as NA, null, none, ? and - count as empty.
data-target-constant = { $file }: the target { $column } is { $value } in every row.
    .hint = There is nothing to learn from it; predict another column.
data-target-not-number = { $file }, row { $row }: the target { $column } is “{ $value }”, which is no number.
    .hint = Correct this cell, or choose classification to predict categories.
data-too-many-classes = { $file }: the target { $column } has { $classes } classes; at most { $limit } can be told apart.
    .hint = If it is a quantity, choose regression; if it names its rows, predict another column.
data-target-kind = { $file }: the target { $column } holds { $kind ->
        [number] numbers
        [category] categories
        [text] text
        [tokens] lists of words
        [tags] lists of tags
        [image] pictures
       *[audio] sounds
    }, which this task cannot predict.
    .hint = Choose another column, or another task.
data-class-too-small = { $file }: class { $class } of { $column } has { $rows } rows; the splits need { $needed }.
    .hint = Add rows of this class, remove the class, or switch off stratify.

# The splits
data-share-out-of-range = The { $split ->
        [validation] validation
       *[other] test
    } share is { $share }; it must be at least 0 and below 1.
    .hint = Usual shares: 0.1 for validation and 0.2 for the test.
data-no-training-rows = Validation { $validation } and test { $test } of { $rows } rows leave no row to train on.
    .hint = Lower these shares, or add rows.
data-split-column-missing = { $file } has no column { $column } that says which split a row is in.
    .hint = Correct the name in project.toml, or remove it there. The file's columns: { $columns }.
data-unknown-split = { $file }, row { $row }: { $column } is “{ $value }”, which names no split.
    .hint = Write train, validation or test there.
data-divide-column-missing = { $file } has no column { $column } to divide the rows by.
    .hint = Choose another one in the recipe. The file's columns: { $columns }.
data-too-few-groups = { $file }: { $column } has { $groups } groups; the splits need { $needed }.
    .hint = Divide by a column with more different values, or leave out a split.
data-too-few-times = { $file }: the rows are of so few times in { $column } that a split would be empty.
    .hint = Divide by a finer time, or by other shares.
data-no-time = { $file }, row { $row }: { $column } is “{ $value }”, which is no time.
    .hint = Write it as 2024-02-29 or 2024-02-29 13:05, or choose another column; rows without one can be dropped by a step.
data-wrong-fold = There is no fold { $fold } of { $of } in { $rows } rows that are not for the test.
    .hint = Ask for fewer folds, 2 at least; they are counted from 0.

# The steps
data-no-rows-left = { $file }: no row is left after the step { $step }.
    .hint = Correct the step, or take it out.
data-step-column-missing = { $file }: a { $step } step is for the column { $column }, which is not there.
    .hint = A step before it may have taken it away or given it another name. There are { $columns }.
data-step-does-not-fit = { $file }: a { $step } step cannot be applied to what the column { $column } holds.
    .hint = Take the column out of the step, or put a step before it that makes numbers or categories of the column.
data-no-logarithm = { $file }, row { $row }, column { $column }: { $value } has no ln(1 + x).
    .hint = Only numbers above −1 have one. Name the columns that are, or clip this one before.
data-gap = { $file }, row { $row }: column { $column } has a gap and no step fills it.
    .hint = Add a step that fills gaps with the median or the mean, or ignore the column.
data-no-values = { $file }: column { $column } has no value in the training rows to learn from.
    .hint = Ignore the column, or fill in some of its cells.
data-text-column = { $file }: column { $column } is text, which this model cannot take.
    .hint = Ignore the column.
data-category-column = { $file }: column { $column } holds categories and no step turns them into numbers.
    .hint = Add a one-hot step, or ignore the column.
data-not-tokenized = { $file }: no step of the recipe turns the column { $column } into tokens.
    .hint = Add the step tokenize for it.
data-no-words = { $file }: no column holds the words that the tags of { $target } belong to.
    .hint = Bring in a file with a word and its tag on each line, or keep the column of words among the inputs.
data-tags-uneven = { $file }, row { $row } has { $words } words and { $tags } tags.
    .hint = Each word needs one tag; mend the row or leave it out.
data-no-mask = { $file }: the tokeniser of column “{ $column }” has no token that hides others.
    .hint = Choose one that is learned from the texts, or a tokenizer.json with [MASK] or <mask> in it, as those of BERT and RoBERTa have.
data-corpus-too-short = { $file }: the { $split } rows of { $column } come to { $tokens } tokens; a block takes { $needed }.
    .hint = Use more text, shorter blocks, or another split.
data-wrong-length = A sequence of { $length } tokens was asked for; there can be 1 to { $most }.
    .hint = Set the length of the step tokenize.
data-text = { $file }: the column { $column }: { $cause }.
    .hint = Change the tokenizer of the step tokenize, or leave the column out.
data-no-ids = { $file }: the column { $column } is of the kind { $kind }, which has no ids.
    .hint = Use the step tokenize for text, or leave the column out.
data-media-column = { $file }: column { $column } holds sounds and no step turns them into numbers ({ $kind }).
    .hint = Add a spectrogram step, or ignore the column.
data-broken-media = { $file }, row { $row }: the { $kind ->
        [image] picture
       *[audio] sound
    } in column { $column } cannot be decoded: { $cause }.
    .hint = Remove this row, or put a sound file in its place.
data-picture-size = { $file }, row { $row }: the picture in column { $column } is { $found }, the first one { $expected }.
    .hint = Add a resize step, which brings all of them to one size.
data-step-out-of-range = A { $step } step has { $setting } = { $value }; { $min } to { $max } fit.
    .hint = Write a number in this range.
data-nothing-to-vary = A { $step } step varies { $what ->
        [texts] texts
        [numbers] numbers
       *[pictures] pictures
    }, and no input of the model takes any.
    .hint = { $what ->
        [texts] Remove the step, or let a column of text come in.
        [numbers] Remove the step, or let a column of numbers come in.
       *[pictures] Give the input the shape [channels, height, width], with a Flatten layer behind it where needed; or remove the step.
    }
data-moves-labelled = A { $step } step moves tokens, and each token has a label of its own.
    .hint = Remove the step.
data-bad-divisor = A divide step divides by { $by }.
    .hint = Divide by the largest value of the columns: 255 for the pixels of most images.
data-too-many-numbers = { $file }: { $rows } rows of { $features } features are more than the { $limit } numbers that fit.
    .hint = Ignore columns with many categories, or keep fewer rows.

# Faults of a model's graph.
graph-no-input = The model has no input node.
    .hint = Add a node of the kind input; its shape says how many numbers a row has.
graph-several-inputs = These inputs do not say which columns of the data they take: { $nodes }.
    .hint = Give all but one of them their columns; the last takes the rest.
graph-only-input = Nothing reads the input “{ $node }”.
    .hint = Add a layer that reads it, such as dense, or delete it.
graph-several-outputs = The model has several ends, and these do not say what they predict: { $nodes }.
    .hint = Put an output behind each of them and say what it predicts, join them with concat or add, or remove those not needed.
graph-output-without-column = The output “{ $node }” has no column.
    .hint = One output alone predicts the target of the data. Choose the column that this one predicts, or the inputs themselves.
graph-reads-output = “{ $node }” reads the output “{ $input }”, which is an end.
    .hint = Let it read { $instead }, which gives the same.
graph-output-in-block = “{ $node }” holds the output “{ $inner }”.
    .hint = Outputs stand outside of blocks: take it out of the block, and put one behind the block.
graph-too-many-nodes = The model has { $count } nodes; at most { $max } are taken.
    .hint = Remove nodes that are not needed.
graph-unnamed-node = Node { $position } has no name.
    .hint = Give it a name that no other node has.
graph-duplicate-name = Several nodes are called “{ $node }”.
    .hint = Give each node a name of its own.
graph-unknown-input = “{ $node }” reads “{ $input }”, which does not exist.
    .hint = Nodes there are: { $known }.
graph-misspelled-input = “{ $node }” reads “{ $input }”, which does not exist.
    .hint = Did you mean “{ $nearest }”?
graph-cycle = These nodes read each other in a circle: { $path }.
    .hint = Remove one of these connections: data flows from the input to the output.
graph-too-few-inputs = “{ $node }” ({ $kind }) reads { $got } of the { $wanted } nodes it needs.
    .hint = Connect what is missing.
graph-too-many-inputs = “{ $node }” ({ $kind }) reads { $got } nodes but can take only { $wanted }.
    .hint = Join its inputs with a concat or add node first, or remove some.
graph-setting-too-small = “{ $node }”: { $setting } is { $value }; it must be at least { $min }.
    .hint = Write { $min } or more.
graph-setting-too-large = “{ $node }”: { $setting } is { $value }; it must be at most { $max }.
    .hint = Write { $max } or less.
graph-setting-not-above = “{ $node }”: { $setting } is { $value }; it must be above { $bound }.
    .hint = Write a number above { $bound }.
graph-setting-not-below = “{ $node }”: { $setting } is { $value }; it must be below { $bound }.
    .hint = Write a number below { $bound }.
graph-setting-not-finite = “{ $node }”: { $setting } is not a finite number.
    .hint = Write a plain number.
graph-setting-of-other = “{ $node }”: { $setting } is a setting of { $owner }, but the function is { $function }.
    .hint = Leave { $setting } out, or choose the function { $owner }.
graph-pair-on-one-axis = “{ $node }”: { $setting } is { $value }, but “{ $input }” gives { $got }, a sequence with one axis to slide along.
    .hint = Write one number.
graph-empty-shape = “{ $node }”: the shape of the input is empty.
    .hint = Write the number of features, such as [30], or an image's channels, rows and columns, such as [1, 8, 8].
graph-needs-flatten = “{ $node }” ({ $kind }) takes { $wanted }; “{ $input }” gives { $got }.
    .hint = Put a flatten node between them.
graph-other-kind-fits = “{ $node }” ({ $kind }) takes { $wanted }; “{ $input }” gives { $got }.
    .hint = Make it a { $instead } node: that takes this shape.
graph-wrong-axes = “{ $node }” ({ $kind }) takes { $wanted }; “{ $input }” gives { $got }.
    .hint = Give the input node a shape with these axes. A row of 64 pixels is the image [1, 8, 8].
graph-size-not-known = “{ $node }” ({ $kind }) needs a fixed size; “{ $input }” gives { $got }.
    .hint = Write numbers in the input's shape, or take the mean over the sequence with global-avg-pool first.
graph-needs-numbers = “{ $node }” ({ $kind }) takes numbers; “{ $input }” gives token ids.
    .hint = Put an embedding between them: it makes a vector of each token.
graph-needs-tokens = “{ $node }” ({ $kind }) takes token ids; “{ $input }” gives numbers.
    .hint = Let it read the input, and set the input's tokens to the size of the vocabulary.
graph-vocabulary-too-small = “{ $node }” has a vocabulary of { $vocabulary }, but “{ $input }” gives ids of { $tokens } tokens.
    .hint = Leave vocabulary out, or set it to { $tokens } or more.
graph-sequence-too-long = “{ $node }” has { $max_length } places, but “{ $input }” gives sequences of { $length }.
    .hint = Set max_length to { $length } or more.
graph-shapes-differ = “{ $node }” adds “{ $first }” ({ $first_shape }) and “{ $second }” ({ $second_shape }); they must be alike.
    .hint = Give one of them the other's units or filters, or join them with concat.
graph-factors-differ = “{ $node }” multiplies “{ $first }” ({ $first_shape }) and “{ $second }” ({ $second_shape }); they must be alike.
    .hint = Give one of them the other's units or filters.
graph-other-axes-differ = “{ $node }” joins “{ $first }” ({ $first_shape }) and “{ $second }” ({ $second_shape }) along axis { $axis }; their other axes must be alike.
    .hint = Join along another axis, or bring them to the same size with a pool or a padding first.
graph-no-such-axis = “{ $node }” joins along axis { $axis }; “{ $input }” gives { $got }.
    .hint = Axes are counted from 0 without the batch; -1 is the last.
graph-no-axis-to-average = “{ $node }” takes the mean along axis { $axis }; “{ $input }” gives { $got }.
    .hint = Axes are counted from 0 without the batch; -1 is the last.
graph-other-count = “{ $node }” makes { $shape } of “{ $input }”, which gives { $got }: not as many numbers.
    .hint = The sizes of both shapes, multiplied, have to come to the same.
graph-no-such-order = “{ $node }”: the order { $order } does not name each axis of “{ $input }” once, which gives { $got }.
    .hint = Name the axes 0 to { $last }, each once, with commas.
graph-no-axis-to-slice = “{ $node }” cuts along axis { $axis }; “{ $input }” gives { $got }.
    .hint = Axes are counted from 0 without the batch; -1 is the last.
graph-nothing-sliced = “{ $node }”: { $part } is no part of the { $size } places of “{ $input }”.
    .hint = Places are counted from 0, from the end with -1; the end lies behind the start.
graph-heads-are-odd = “{ $node }”: rotary positions turn numbers in pairs, but each head has { $head } of the { $width } features of “{ $input }”.
    .hint = Choose another number of heads, or a width that makes the heads even.
graph-kernel-too-large = “{ $node }”: a kernel of { $kernel } does not fit into “{ $input }”, which gives { $got }.
    .hint = Use a smaller kernel, the padding "same", or one pool less before it.
graph-padding-too-large = “{ $node }”: a padding of { $padding } is more than half of the pool size { $pool_size }.
    .hint = Use a smaller padding, or "same".
graph-padding-cuts-all = “{ $node }”: a padding of { $padding } cuts off all that it makes of “{ $input }”, which gives { $got }.
    .hint = Use a smaller padding, or "same".
graph-heads-do-not-divide-width = “{ $node }”: { $heads } heads do not divide the { $width } features of “{ $input }”.
    .hint = Choose a number of heads that divides { $width }, or another width before it.
graph-key-heads-do-not-divide-heads = “{ $node }”: { $key_value_heads } heads of keys do not divide its { $heads } heads.
    .hint = Choose a number that divides { $heads }, or leave key_value_heads out.
graph-groups-do-not-divide-channels = “{ $node }”: { $groups } groups do not divide the { $channels } channels of “{ $input }”.
    .hint = Choose a number of groups that divides the channels, such as 1.
graph-groups-do-not-divide-filters = “{ $node }”: { $groups } groups do not divide its { $filters } filters.
    .hint = Choose a number of filters that is a multiple of the groups.
graph-inside-block = “{ $inner }” inside “{ $node }” does not fit.
    .hint = Open the block to see what is wrong and what mends it.
graph-blocks-too-deep = “{ $node }” has blocks in blocks, more than { $max } deep.
    .hint = Take some of them apart.
graph-shape-too-large = “{ $node }” gives { $shape }, which is more than { $max } numbers a sample.
    .hint = Use fewer units or filters, or pool before it.
graph-too-many-parameters = “{ $node }” would have { $count } parameters; at most { $max } are taken.
    .hint = Use fewer units, or a pool before it.

# A model that does not fit its data or its loss.
model-open-shape = The sizes of node “{ $node }” are not all known.
    .hint = Write numbers in the input's shape.
model-feature-count = The input “{ $node }” takes { $shape } = { $wanted } numbers, but the data have { $got } features.
    .hint = Give the input a shape of { $got } numbers, such as [{ $got }], or change the columns that are used.
model-no-such-column = The input “{ $node }” takes the column { $column }, but the data have { $columns }.
    .hint = Name columns that the data have, or leave the list empty to take all that no other input names.
model-other-tokens = The column { $column } holds ids of { $tokens } tokens, but the input “{ $node }” takes { $takes }.
    .hint = Set the input's tokens to { $tokens }, or take the column in at another input.
model-too-many-numbers = { $rows } rows of { $features } numbers for the inputs are more than the { $limit } that fit.
    .hint = Use fewer rows or columns, or let fewer inputs take the same column.
model-not-a-token = The column { $column } has { $value }, but the input “{ $node }” takes token ids, whole numbers from 0 to { $largest }.
    .hint = Remove recipe steps that change the ids, or set the input's tokens to the size of the vocabulary.
model-needs-classes = The loss { $loss } needs categories to predict, but “{ $target }” is a number.
    .hint = Choose the loss mse, mae or huber, or make the task a classification.
model-needs-numbers-back = The loss { $loss } needs categories to predict, but the row itself is wanted back.
    .hint = Choose the loss mse, mae or huber.
model-needs-number = The loss { $loss } needs a number to predict, but the target has categories.
    .hint = Choose the loss cross-entropy (or binary-cross-entropy for two classes), or make the task a regression.
model-needs-two-classes = Binary cross-entropy is for two classes, but there are { $classes }.
    .hint = Choose the loss cross-entropy and an output of { $classes } units.
model-output-shape = The output “{ $node }” gives { $got }, but { $loss } needs { $wanted } for these data.
    .hint = Let the last layer be dense with { $wanted } units; put a flatten node before it where it reads an image.
model-wrong-head = The output “{ $node }” ends in { $function }, but the loss { $loss } goes with { $wanted }.
    .hint = Give the output the activation { $wanted }, or choose the loss that goes with { $function }.
model-shared-head = “{ $node }” ends in a function that the loss { $loss } computes itself, and “{ $reader }” reads it, too.
    .hint = Let it end in no function, and put an activation of its own before what else reads it.
model-no-such-target = The output “{ $node }” predicts the column “{ $column }”, but the data have { $columns }.
    .hint = Choose one of these.
model-target-gap = The output “{ $node }” predicts the column “{ $column }”, which has no value in row { $row }.
    .hint = Leave out the rows without a value with a step of the recipe, or fill the gap in the file.
model-other-target = The output “{ $node }” cannot predict the column “{ $column }” with the loss { $loss }.
    .hint = Classes go with cross-entropy, numbers with the squared or absolute error or Huber. Choose the loss or the column anew.
model-missing-tensor = There is no parameter “{ $name }” in what was saved.
    .hint = It was saved from another model. Train again, or open the run it belongs to.
model-wrong-tensor = The parameter “{ $name }” was saved as { $got }, but the model has { $wanted }.
    .hint = It was saved from another model. Train again, or open the run it belongs to.
model-device = The device failed: { $cause }.
    .hint = Use a smaller batch or model if memory ran out, or train on the CPU.

# Faults of a project's folder and its project.toml.
project-no-folder = There is no folder { $folder }.
    .hint = It may have been moved or renamed. Open it from where it is now.
project-no-file = { $folder } is not a project: it has no project.toml.
    .hint = Choose the folder that holds project.toml, or make a project from your data.
project-unreadable = { $file } cannot be read: { $cause }.
    .hint = Check that the file is there and that you may read it.
project-wrong-labels = { $file }, line { $line }: this is no label that was put right ({ $cause }).
    .hint = Each line has the data's line, what the label was, and what it is. Remove this line.
project-no-labels = Labels of { $column } cannot be set by hand.
    .hint = Categories, numbers and texts can.
project-no-such-label = “{ $label }” is no label of { $column }.
    .hint = Of a column of numbers a label is a number; no label is empty.
project-unwritable = { $file } cannot be written: { $cause }.
    .hint = Check that you may write to the folder and that the disk is not full. The old file is untouched.
project-too-large = { $file } is larger than { $max } bytes.
    .hint = A project.toml holds descriptions only; data belongs in a file of its own.
project-not-text = { $file }, line { $line }: this is not UTF-8 text.
    .hint = Save the file as UTF-8 in your editor.
project-not-toml = { $file }, line { $line }, column { $column }: { $cause }.
    .hint = Look at this line for a missing quote, bracket or equals sign, or for a file that was cut off.
project-no-schema = { $file } does not say its schema.
    .hint = Its first line should be: schema = 1
project-unknown-schema = { $file }: there is no schema { $schema }.
    .hint = Its first line should be: schema = 1
project-newer-schema = { $file } was made by a newer Trainyard (schema { $schema }; this one reads up to { $newest }).
    .hint = Update Trainyard, then open it again.
project-wrong-value = { $file }, line { $line }, column { $column }: { $cause }.
    .hint = Correct the value on this line.
project-unknown-field = { $file }: “{ $field }” is not a field of { $place }.
    .hint = Known here: { $known }.
project-no-experiments = { $file } has no experiments.
    .hint = Add one under [[experiments]].
project-no-such-experiment = There is no experiment “{ $wanted }”.
    .hint = There are: { $known }.
project-duplicate-experiment = { $file }: several experiments are called “{ $experiment }”.
    .hint = Give each experiment a name of its own.
project-data-outside = { $file }: the data file “{ $path }” is not inside the project's folder.
    .hint = Copy the data into the project and write its path from there, such as data/rows.csv.
project-unnamed-node = { $file }: node { $position } of “{ $experiment }” has no name.
    .hint = Give it a line such as: name = "dense1"
project-no-kind = { $file }: node “{ $node }” of “{ $experiment }” has no kind.
    .hint = Give it a line such as: kind = "dense"
project-unknown-kind = { $file }: node “{ $node }” of “{ $experiment }” is of the unknown kind “{ $kind }”.
    .hint = Known: { $known }.
project-unknown-setting = { $file }: node “{ $node }” ({ $kind }) of “{ $experiment }” has no setting “{ $setting }”.
    .hint = Known: { $known }.
project-missing-setting = { $file }: node “{ $node }” ({ $kind }) of “{ $experiment }” needs the setting “{ $setting }”.
    .hint = Add a line { $setting } = … to the node.
project-wrong-setting = { $file }: node “{ $node }” of “{ $experiment }”: { $setting } = { $value }: { $cause }.
    .hint = Correct this setting.
project-unknown-step = { $file }: step { $position } of the recipe of “{ $experiment }” is the unknown “{ $step }”.
    .hint = Known: { $known }.
project-wrong-step = { $file }: step { $position } of the recipe of “{ $experiment }”: { $cause }.
    .hint = Correct this step.

project-unknown-example = There is no example “{ $example }”.
    .hint = The examples are { $known }.

# What is kept of runs
store-unwritable = { $file } cannot be written: { $cause }.
    .hint = Check that you may write to the project's folder and that the disk is not full.
store-unreadable = { $file } cannot be read: { $cause }.
    .hint = Check that the file is there and that you may read it.
store-database = The list of runs cannot be used: { $cause }.
    .hint = Make room on the disk, or close other programs that use runs/runs.sqlite, and try again. Nothing was deleted.
store-newer = The list of runs was made by a newer Trainyard (schema { $found }; this one knows { $known }).
    .hint = Update Trainyard, then open the project again.
store-damaged = What was kept of this run is damaged: { $cause }.
    .hint = Train it again. The damaged file is left where it is.
store-set-aside = A damaged checkpoint was set aside: { $cause }.
    .hint = The run goes on from the one before it. The damaged one is kept in { $folder }.
store-other-checkpoint = { $folder } is a checkpoint of another version of Trainyard (schema { $found }; this one knows { $known }).
    .hint = Go on with this run in the Trainyard that made it, or train a new run with its settings.
store-not-kept = The checkpoint at step { $step } could not be kept: { $cause }.
    .hint = The run holds here, in memory, and the checkpoint before it is still there. Make room on the disk, or let the project's folder be written, and resume the run.
store-foreign = Run { $run } was trained by another program.
    .hint = There are its curves only. Train a run of your own to go on with, branch or export the weights of.
store-not-written = The file cannot be written: { $cause }.
    .hint = Export as CSV instead, and tell us about it.
store-no-weights = Run { $run } has no such weights to export yet.
    .hint = They come with its first checkpoint; those of the best epoch, with its first validation.
store-no-such-run = There is no run { $run }.
    .hint = Open the project again to see its runs.
store-no-checkpoint = Run { $run } has no checkpoint to go on from.
    .hint = Train a new run with its settings.
store-no-checkpoint-at = Run { $run } has no checkpoint at step { $step }.
    .hint = It has checkpoints at these steps: { $known }.
store-locked = Run { $run } is being trained by another Trainyard.
    .hint = Wait until it has ended, or end it with `trainyard pause` or `trainyard stop`.
store-not-heard = The program that trains run { $run } does not answer; too many requests wait for it.
    .hint = End that program; the run can then be resumed from its checkpoint.
store-still-trains = Run { $run } still trains.
    .hint = Stop it first; what it learned is kept.
store-too-many-tags = Run { $run } has { $tags } tags; at most { $limit } are kept.
    .hint = Leave some of them out.
store-too-long = A text on run { $run } has { $characters } characters; at most { $limit } are kept.
    .hint = Make it shorter.
store-no-experiment = This project has no experiment.
    .hint = Add one under [[experiments]] in project.toml.

# Training
train-not-finite = At step { $step } the loss stopped being a finite number. It began in the { $place } of “{ $node }”.
    .hint = Lower the learning rate or clip the gradients; look for extreme values in the data.
train-class-weights = There are { $weights } class weights for { $classes } classes.
    .hint = Give one weight for each class, or none.
train-no-such-device = There is no device “{ $wanted }” here.
    .hint = Choose one of { $present }, or automatic.
train-too-large = A training step needs { $needs } MB of memory, but { $free } MB are free.
    .hint = Raise the accumulation, switch Recompute (activation checkpointing) on, or make the batch smaller. Closing other programs may help too.
train-no-cuda-library = { $cards } cannot be used: NVIDIA’s driver is here, its library { $library } is not.
    .hint = Install NVIDIA’s CUDA toolkit (12 or 13). If it is installed, put its folder of libraries into LD_LIBRARY_PATH. Until then, train on the CPU.
train-narrow-on-cpu = The precision { $precision } is for GPUs; this run is on the CPU.
    .hint = Set the precision to f32, or choose a GPU.
train-device-failed = The device failed: { $cause }.
    .hint = Try a smaller batch, or train on the CPU.
train-panicked = The engine failed inside: { $cause }.
    .hint = The next run starts afresh. Please report this with the details.
train-loader-died = The thread that prepares batches has died.
    .hint = Train again. If it happens again, please report it with the details.
train-data-changed = The data are not those that this run's checkpoint at step { $step } was trained on.
    .hint = Bring the data back as they were, or train a new run with its settings on the new data.
train-interrupted = Trainyard ended before this run did.
    .hint = Resume goes on exactly where its newest checkpoint was kept.

# The engine
engine-not-training = Run { $run } is not training.
    .hint = Only a run that trains or is paused can be steered.
engine-not-waiting = Run { $run } does not wait for others.
    .hint = It has begun, or was taken out of the queue.
engine-nothing-left = Run { $run } has come to its end.
    .hint = Give it more epochs, or train a new run.
engine-busy = The engine has too much to do just now.
    .hint = Try again in a moment.
engine-panicked = The engine failed inside: { $cause }.
    .hint = Your files are untouched. Please report this with the details.

# Searches
search-nothing-to-search = There is no setting to search over.
    .hint = Choose at least one setting and its range.
search-too-many-dimensions = There are { $dimensions } settings to search over; { $limit } are the most.
    .hint = Leave out those that matter least.
search-twice = { $path } is searched over twice.
    .hint = Give it one range.
search-empty-range = { $path } cannot go from { $low } to { $high }.
    .hint = The first number has to be the smaller one; a setting of whole numbers needs at least two of them.
search-log-of-nothing = { $path } from { $low } has no logarithm.
    .hint = Begin above 0, or search without the logarithm.
search-wrong-step = The step of { $path } is { $step }.
    .hint = It has to be above 0 and no larger than the range.
search-wrong-choice = { $path } has { $values } values to choose from; 2 to { $limit } can be searched over.
    .hint = Give more values between commas, or fewer.
search-wrong-trials = { $trials } trials were asked for; there can be 1 to { $limit }.
    .hint = 20 to 100 are usual.
search-wrong-folds = { $folds } folds were asked for; there can be 2 to { $limit }.
    .hint = 5 are usual.
search-no-validation = No rows are for validation, which trials are told apart by.
    .hint = Give validation a share of the rows, or search with folds.
search-no-such-search = There is no search { $search }.
    .hint = `trainyard search PROJECT --space …` begins one.
search-elsewhere = Search { $search } is driven by another program, or a run of it is.
    .hint = Hold it there, or wait until its run has ended.
search-nothing-left = Search { $search } has come to its end.
    .hint = Begin another one.
search-all-fail = { $failed } trials in a row failed, the last one so: { $cause }.
    .hint = Look whether these settings can be trained at all, and narrow the ranges.

# Settings of the training
setting-too-small = { $field } is { $value }; it must be at least { $min }.
    .hint = Give it a value from { $min } on.
setting-too-large = { $field } is { $value }; it must be at most { $max }.
    .hint = Give it a value up to { $max }.
setting-not-above = { $field } is { $value }; it must be above { $bound }.
    .hint = Give it a value above { $bound }.
setting-not-below = { $field } is { $value }; it must be below { $bound }.
    .hint = Give it a value below { $bound }.
setting-not-finite = { $field } is not a number that can be used.
    .hint = Write a number such as 0.01 or 1e-4.
setting-nesterov-without-momentum = { $field } needs a momentum above 0.
    .hint = Give the optimizer a momentum, usually 0.9, or turn Nesterov off.
setting-metric-of-other = { $field } is { $metric }, which this loss does not train.
    .hint = Choose one of { $known }.
setting-unknown = There is no setting “{ $field }”.
    .hint = Did you mean “{ $nearest }”? Settings are named as in project.toml.
setting-wrong-value = { $field } cannot be { $value }: { $cause }.
    .hint = Write the value as project.toml would have it.
setting-not-steered = { $field } cannot be changed while a run goes on.
    .hint = These can: { $known }. For anything else, branch from a checkpoint of the run.

# A model in the words of other frameworks.
code-no-words = { $framework } has nothing that does what “{ $node }” does ({ $what }).
    .hint = Choose another framework, or change that node's settings.

## What curves say

finding-loss-rises = The training loss rises: { $loss } after { $epochs } epochs; it has been at { $best }.
    .hint = Steps this long leap over the valley. Lower the learning rate.
finding-worse-than-guessing = After { $epochs } epochs the training loss is { $loss }; knowing nothing but how often each answer occurs gives { $guessing }.
    .hint = The weights are being thrown about. Lower the learning rate; where that does not help, look at the inputs' scale.
finding-loss-jumps = The validation loss goes up and down, by { $percent } % from one epoch to the next.
    .hint = A lower learning rate, or a larger batch, steadies it.
finding-exploding-gradients = The gradients explode: their norm is { $norm }, most of it in { $node }.
    .hint = Clipping bounds what one batch can do; a lower learning rate or a normalization layer goes at the cause.
finding-vanishing-gradients = The gradients vanish on their way: those of { $node } are { $ratio } times smaller than those of { $other }.
    .hint = The first layers hardly learn. ReLU, normalization or shortcuts around blocks let gradients through.
finding-dead-units = { $percent } % of the units of { $node } give 0 for every row that was looked at: they have stopped learning.
    .hint = A leaky ReLU keeps a way back for them; a lower learning rate keeps more of them alive.
finding-overfitting = It learns by heart: since epoch { $best_epoch } the validation loss has risen from { $best } to { $loss }, while the training loss still falls.
    .hint = Stop at the best epoch, or make learning by heart harder: dropout, weight penalties, more data, a smaller model.
finding-rate-too-low = In { $epochs } epochs the training loss has fallen from { $first } to { $loss } only, and evenly: it could go faster.
    .hint = Raise the learning rate until the curve bends.
finding-underfitting = After { $epochs } epochs the training loss is { $loss }, little better than guessing ({ $guessing }).
    .hint = Train longer or faster, give the model more units, or inputs that say more about the target.
finding-plateau = The validation loss has not become better for { $epochs } epochs; it is at { $loss }.
    .hint = A lower learning rate often finds a way further down; where it does not, this is what the model can do.
finding-imbalance = The classes are unequal: { $many } training rows are { $common }, { $few } are { $rare }.
    .hint = A model can look good and never say { $rare }. Class weights make every class count the same; look at the confusion matrix, not at the accuracy alone.
finding-few-validation-rows = With { $rows } validation rows the accuracy is known to within ±{ $points } points: smaller differences are chance.
    .hint = Keep more rows for validation, or compare runs over several seeds.

# Tokenisers
text-wrong-vocabulary = A vocabulary of { $vocabulary } tokens was asked for; there can be { $least } to { $most }.
    .hint = A few thousand suit most texts; characters need as many as the texts have.
text-nothing-to-learn = The texts hold nothing to learn tokens from.
    .hint = Look whether the column is empty, and whether tokens have to occur too often to be kept.
text-too-much-text = The texts are { $bytes } bytes long together; a tokeniser learns from at most { $limit }.
    .hint = Learn from a part of them; a tokeniser needs far less text than a model.
text-text-too-long = A text is { $bytes } bytes long; at most { $limit } are cut.
    .hint = Cut it into several texts.
text-not-learned = The tokens could not be learned: { $cause }.
    .hint = Try another vocabulary size, or another kind of tokeniser.
text-no-file = The tokeniser's file { $file } cannot be read: { $cause }.
    .hint = Put the tokenizer.json back where the project says it is, or choose a kind that learns from the texts.
text-tokens-beyond = The tokeniser in { $file } has ids up to { $tokens }, where { $vocabulary } were asked for.
    .hint = Set the step's vocabulary to the model's, as in its config.json.
text-not-cut = The text could not be cut: { $cause }.
    .hint = The tokeniser's file may have no token for what is unknown; choose another, or learn one from your texts.
text-not-a-tokenizer = This is no tokeniser of Hugging Face's format: { $cause }.
    .hint = Choose the tokenizer.json that lies beside the model's weights.
text-file-too-large = The tokeniser's file is { $bytes } bytes long; at most { $limit } are read.
    .hint = Choose the tokenizer.json that lies beside the model's weights; the largest are some 20 MB.

predict-no-target = The model of “{ $experiment }” predicts nothing of a row: its task is { $task }.
    .hint = Let it write with trainyard generate, or use a run that predicts a column.
predict-missing-columns = { $file } lacks { $missing }; it has { $columns }.
    .hint = Bring every column that the model was trained on, under the same names.
predict-other-kind = { $file }: the column { $column } is of the kind { $found }; the model was trained on { $wanted }.
    .hint = Mend its cells, or bring the right column under that name.
predict-left-out = A step of the recipe leaves rows of { $file } out.
    .hint = Take out the step that drops rows and train again, or clean the file before.
predict-no-weights = Run { $run } has nothing to predict with yet.
    .hint = Train it until it keeps its first checkpoint.

generate-no-text = The model of “{ $experiment }” predicts no text.
    .hint = Choose a run whose task is a language model or a translation.
generate-no-weights = Run { $run } has no checkpoint to write with yet.
    .hint = Wait for its first epoch to end, or choose another run.
generate-wrong-setting = { $setting } is { $value }; it must be { $range }.
    .hint = Choose a value in that range.
generate-nothing-hidden = Nothing is hidden in the text.
    .hint = Write { $mask } where the model is to say what stood there.
generate-text-too-long = The text has { $tokens } tokens; the model sees { $most } at most.
    .hint = Shorten it, or train with longer blocks (the length of the recipe's tokens).
generate-not-finite = The model gives numbers that are not finite.
    .hint = Choose an earlier checkpoint, or train with a lower learning rate.

# Looking inside
inspect-nothing-learned = Run { $run } has kept nothing to look into.
    .hint = It keeps its first checkpoint after an epoch, or as its settings say; wait for that, or choose another run.
inspect-no-checkpoint = Run { $run } has nothing of step { $step } any more.
    .hint = Older moments make room for newer ones; choose one that is there, or give the run's probes more room.
inspect-not-put-down = The weights at step { $step } cannot be put down to be looked into ({ $cause }). The training goes on.
    .hint = Make room on the disk; the moments that are there stay.
inspect-no-rows = There are no rows to look at.
    .hint = Choose another split.
inspect-no-row = Row { $row } is in none of the run's splits.
    .hint = Its recipe leaves that row out, or its data are others; look at another sample.
inspect-no-text = The model does not read one text alone.
    .hint = Look at a row of its data instead.
inspect-no-head = “{ $node }” has no head { $head }.
    .hint = Heads are counted from 0.
inspect-no-layer = There is no layer of attention called “{ $node }”.
    .hint = Choose one of the run's own; a model that was changed since is another one.
inspect-no-step = Step { $step } of the input cannot be switched off.
    .hint = Only a single input that is read step by step can have blank steps.
inspect-no-images = There is no layer of images called “{ $node }”.
    .hint = Choose one of the run's own; a model that was changed since is another one.
inspect-no-class = There is no class { $class }.
    .hint = Classes are counted from 0, in the order of the predictions.

## Curves of others
curves-unreadable = { $file } cannot be read: { $cause }.
    .hint = Check that the file is there and may be read.
curves-no-curves = { $file } is no table of curves; its columns are: { $columns }.
    .hint = Export a curve from TensorBoard (“CSV” below its plot), a plot or the history of a run from Weights & Biases, or give a table with a column “step” or “epoch” and one a metric.
curves-no-number = { $file }, line { $line }: “{ $value }” is no number of column { $column }.
    .hint = Mend the cell or leave it empty, and import the file again.
curves-too-large = { $file } is too large: { $what } are more than { $limit }.
    .hint = Export fewer curves at a time.

## Pretrained models
pretrained-no-folder = There is no folder { $folder }.
    .hint = Choose the folder that holds the model's config.json.
pretrained-missing = { $file } is not there.
    .hint = A model's folder holds config.json, model.safetensors and tokenizer.json; download it whole.
pretrained-unreadable = { $file } cannot be read: { $cause }.
    .hint = Check that the file is whole and that you may read it.
pretrained-too-large = { $file } is larger than { $limit_megabytes } MB.
    .hint = This is hardly the file that it is called; download the model again.
pretrained-pickle = { $file } is a pickle, which can run programs when it is opened. Only safetensors are read.
    .hint = Take the model's model.safetensors instead, or convert it where you trust it: AutoModel.from_pretrained(…).save_pretrained(…, safe_serialization=True).
pretrained-no-weights = { $folder } has no model.safetensors.
    .hint = Download the model's safetensors too; large models come in several, with an index.
pretrained-no-tokenizer = { $folder } has no tokenizer.json.
    .hint = Write one with AutoTokenizer.from_pretrained(…).save_pretrained(…), which makes it from vocab.txt or merges.txt.
pretrained-wrong-tokenizer = The model's tokenizer.json cannot be read: { $cause }.
    .hint = Download it again, or write it with a newer version of transformers.
pretrained-tokens-beyond = The tokeniser has ids up to { $tokens }, but the model a vocabulary of { $vocabulary }.
    .hint = Take the tokenizer.json that came with this model.
pretrained-not-json = config.json cannot be read: { $cause }.
    .hint = Download it again.
pretrained-unknown-family = This is a model of the kind “{ $family }”; these are known: { $known }.
    .hint = Choose a model of one of these families.
pretrained-wrong-setting = In config.json, { $setting } is { $value }, but has to be { $wanted }.
    .hint = Choose another model of the family; this one does what no layer here does, or its config.json is damaged.
pretrained-not-safetensors = { $file } is no safetensors file: { $cause }.
    .hint = Download it again; a page that asks to log in may have been saved in its place.
pretrained-no-tensor = The model's weights lack the tensor “{ $tensor }”.
    .hint = Check that config.json and the weights are of the same model.
pretrained-wrong-shape = The tensor “{ $tensor }” is { $got }, but config.json makes it { $wanted }.
    .hint = Check that config.json and the weights are of the same model.
pretrained-wrong-type = The tensor “{ $tensor }” is of the type { $got }; F32, F16 and BF16 are read.
    .hint = Take the model in full or half precision; quantised weights cannot be trained.
pretrained-not-finite = The tensor “{ $tensor }” holds numbers that are not finite.
    .hint = The weights are damaged; download them again.
pretrained-extra-tensor = The weights have a tensor “{ $tensor }”, which config.json does not account for.
    .hint = Check that config.json and the weights are of the same model.
pretrained-no-memory = The model takes { $needs_megabytes } MB of memory, but { $free_megabytes } MB are free.
    .hint = Close other programs, or choose a smaller model.
pretrained-cannot-say-next = A { $family } sees what comes after a token, so that it cannot learn to say the next one.
    .hint = Choose GPT-2, Llama or Qwen2 for this task, or another task.
pretrained-not-for-task = A pretrained model cannot begin this task yet ({ $task }).
    .hint = It can classify texts, predict a number, tag words and write on.
pretrained-changed = { $file } is not the file that the experiment was made with.
    .hint = Put the former file back, or make a new project from the model.
pretrained-nothing-fits = No layer of this model has the name and the shape of one in { $file }.
    .hint = Go back to the graph that the project was made with, or begin without pretrained weights.
