//! What can be wrong with a graph, and what would mend it.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// One fault of a graph. Shapes are written `1×8×8`, the batch left out.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GraphError {
    #[error("the model has no input node")]
    NoInput,
    #[error("these inputs do not say which columns they take: {nodes}")]
    SeveralInputs { nodes: String },
    #[error("nobody reads the input '{node}'")]
    OnlyInput { node: String },
    #[error("the model has several ends, and these do not say what they predict: {nodes}")]
    SeveralOutputs { nodes: String },
    #[error("the output '{node}' has no column: it has to say what it predicts")]
    OutputWithoutColumn { node: String },
    #[error("'{node}' reads the output '{input}', which is an end; '{instead}' gives the same")]
    ReadsOutput { node: String, input: String, instead: String },
    #[error("'{node}' holds the output '{inner}'; outputs stand outside of blocks")]
    OutputInBlock { node: String, inner: String },
    #[error("the model has {count} nodes; at most {max} are taken")]
    TooManyNodes { count: usize, max: usize },

    #[error("node {position} has no name")]
    UnnamedNode { position: usize },
    #[error("several nodes are called '{node}'")]
    DuplicateName { node: String },
    #[error("'{node}' reads '{input}', which does not exist")]
    UnknownInput { node: String, input: String, known: String },
    #[error("'{node}' reads '{input}', which does not exist; did you mean '{nearest}'?")]
    MisspelledInput { node: String, input: String, nearest: String },
    #[error("these nodes read each other in a circle: {path}")]
    Cycle { path: String },
    #[error("'{node}' ({kind}) reads {got} of the {wanted} nodes it needs")]
    TooFewInputs { node: String, kind: String, got: usize, wanted: usize },
    #[error("'{node}' ({kind}) reads {got} nodes but can take only {wanted}")]
    TooManyInputs { node: String, kind: String, got: usize, wanted: usize },

    #[error("'{node}': {setting} is {value}; it must be at least {min}")]
    SettingTooSmall { node: String, setting: String, value: f64, min: f64 },
    #[error("'{node}': {setting} is {value}; it must be at most {max}")]
    SettingTooLarge { node: String, setting: String, value: f64, max: f64 },
    #[error("'{node}': {setting} is {value}; it must be above {bound}")]
    SettingNotAbove { node: String, setting: String, value: f64, bound: f64 },
    #[error("'{node}': {setting} is {value}; it must be below {bound}")]
    SettingNotBelow { node: String, setting: String, value: f64, bound: f64 },
    #[error("'{node}': {setting} is not a finite number")]
    SettingNotFinite { node: String, setting: String },
    #[error("'{node}': {setting} is a setting of {owner}, but the function is {function}")]
    SettingOfOther { node: String, setting: String, function: String, owner: String },
    #[error("'{node}': {setting} is {value}, but '{input}' gives {got}, which has one axis to slide along")]
    PairOnOneAxis { node: String, setting: String, value: String, input: String, got: String },
    #[error("'{node}': the shape of the input is empty")]
    EmptyShape { node: String },

    #[error("'{node}' ({kind}) takes {wanted}; '{input}' gives {got}")]
    NeedsFlatten { node: String, kind: String, input: String, got: String, wanted: String },
    #[error("'{node}' ({kind}) takes {wanted}; '{input}' gives {got}, which {instead} takes")]
    OtherKindFits { node: String, kind: String, input: String, got: String, wanted: String, instead: String },
    #[error("'{node}' ({kind}) takes {wanted}; '{input}' gives {got}")]
    WrongAxes { node: String, kind: String, input: String, got: String, wanted: String },
    #[error("'{node}' ({kind}) needs a fixed size; '{input}' gives {got}")]
    SizeNotKnown { node: String, kind: String, input: String, got: String },
    #[error("'{node}' ({kind}) takes numbers; '{input}' gives token ids")]
    NeedsNumbers { node: String, kind: String, input: String },
    #[error("'{node}' ({kind}) takes token ids; '{input}' gives numbers")]
    NeedsTokens { node: String, kind: String, input: String },
    #[error("'{node}' has a vocabulary of {vocabulary}, but '{input}' gives ids of {tokens} tokens")]
    VocabularyTooSmall { node: String, vocabulary: usize, input: String, tokens: usize },
    #[error("'{node}' has {max_length} places, but '{input}' gives sequences of {length}")]
    SequenceTooLong { node: String, max_length: usize, input: String, length: usize },
    #[error("'{node}' adds '{first}' ({first_shape}) and '{second}' ({second_shape}); they must be alike")]
    ShapesDiffer { node: String, first: String, first_shape: String, second: String, second_shape: String },
    #[error(
        "'{node}' multiplies '{first}' ({first_shape}) and '{second}' ({second_shape}); they must be alike"
    )]
    FactorsDiffer { node: String, first: String, first_shape: String, second: String, second_shape: String },
    #[error(
        "'{node}' joins '{first}' ({first_shape}) and '{second}' ({second_shape}) along axis {axis}; their \
         other axes must be alike"
    )]
    OtherAxesDiffer {
        node: String,
        axis: i64,
        first: String,
        first_shape: String,
        second: String,
        second_shape: String,
    },
    #[error("'{node}' joins along axis {axis}; '{input}' gives {got}")]
    NoSuchAxis { node: String, axis: i64, input: String, got: String },
    #[error("'{node}' takes the mean along axis {axis}; '{input}' gives {got}")]
    NoAxisToAverage { node: String, axis: i64, input: String, got: String },
    #[error("'{node}' makes {shape} of '{input}', which gives {got}; both must hold as many numbers")]
    OtherCount { node: String, shape: String, input: String, got: String },
    #[error(
        "'{node}': {order} does not name each axis from 0 to {last} of '{input}' once, which gives {got}"
    )]
    NoSuchOrder { node: String, order: String, last: usize, input: String, got: String },
    #[error("'{node}' cuts along axis {axis}; '{input}' gives {got}")]
    NoAxisToSlice { node: String, axis: i64, input: String, got: String },
    #[error("'{node}': {part} is no part of the {size} places of '{input}'")]
    NothingSliced { node: String, part: String, input: String, size: usize },
    #[error("'{node}': a kernel of {kernel} does not fit into '{input}', which gives {got}")]
    KernelTooLarge { node: String, kernel: String, input: String, got: String },
    #[error("'{node}': a padding of {padding} is more than half of the pool size {pool_size}")]
    PaddingTooLarge { node: String, padding: String, pool_size: String },
    #[error("'{node}': a padding of {padding} cuts off all that it makes of '{input}', which gives {got}")]
    PaddingCutsAll { node: String, padding: usize, input: String, got: String },
    #[error("'{node}': {heads} heads do not divide the {width} features of '{input}'")]
    HeadsDoNotDivideWidth { node: String, heads: usize, input: String, width: usize },
    #[error("'{node}': {key_value_heads} heads of keys do not divide its {heads} heads")]
    KeyHeadsDoNotDivideHeads { node: String, key_value_heads: usize, heads: usize },
    #[error("'{node}': heads of {head} of the {width} features of '{input}' cannot be turned in pairs")]
    HeadsAreOdd { node: String, head: usize, input: String, width: usize },
    #[error("'{node}': {groups} groups do not divide the {channels} channels of '{input}'")]
    GroupsDoNotDivideChannels { node: String, groups: usize, input: String, channels: usize },
    #[error("'{node}': {groups} groups do not divide its {filters} filters")]
    GroupsDoNotDivideFilters { node: String, groups: usize, filters: usize },
    #[error("inside '{node}': {cause}")]
    InsideBlock { node: String, inner: String, cause: String },
    #[error("'{node}' has blocks in blocks, more than {max} deep")]
    BlocksTooDeep { node: String, max: usize },
    #[error("'{node}' gives {shape}, which is more than {max} numbers a sample")]
    ShapeTooLarge { node: String, shape: String, max: usize },
    #[error("'{node}' would have {count} parameters; at most {max} are taken")]
    TooManyParameters { node: String, count: usize, max: usize },
}

impl From<GraphError> for Problem {
    fn from(error: GraphError) -> Self {
        Self::of("graph", &error)
    }
}
