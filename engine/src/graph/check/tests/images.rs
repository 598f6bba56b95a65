//! What makes images and sequences larger, and what normalises and shrinks them.

use super::{fits, layer_fails, layer_fits};

#[test]
fn transposed_convolutions_have_the_sizes_and_counts_that_pytorch_gives() {
    let conv = |shape: &str, settings: &str, expected: &str| {
        let layer = format!("kind = 'conv-transpose2d', filters = 6, {settings}");
        layer_fits(shape, &layer, expected);
    };
    conv("[4, 5, 7]", "kernel_size = 3", "6×7×9");
    conv("[4, 5, 7]", "kernel_size = [2, 3], stride = 2, padding = [0, 1]", "6×10×13");
    conv("[4, 5, 7]", "kernel_size = 3, stride = 2, padding = 1, output_padding = 1", "6×10×14");
    conv("[4, 5, 7]", "kernel_size = 3, dilation = 3, output_padding = [2, 0]", "6×13×13");
    // Keras' `same`: as many times as large, whether the kernel is smaller than the stride or larger.
    for kernel_size in [1, 2, 3, 4, 5] {
        conv("[4, 5, 7]", &format!("kernel_size = {kernel_size}, stride = 3, padding = 'same'"), "6×15×21");
    }
    layer_fits(
        "['T', 4]",
        "kind = 'conv-transpose1d', filters = 6, kernel_size = 4, stride = 2",
        "(2·T+2)×6",
    );
    layer_fits("[9, 4]", "kind = 'conv-transpose1d', filters = 6, kernel_size = 4, padding = 1", "10×6");
    fits(
        "name = 'x', kind = 'input', shape = [4, 5, 7]
         name = 'y', kind = 'conv-transpose2d', filters = 6, kernel_size = 3, groups = 2, inputs = ['x']",
        "6×7×9",
        4 * 3 * 9 + 6,
        0,
    );
}

#[test]
fn faults_of_transposed_convolutions_are_named() {
    let conv =
        |settings: &str| format!("kind = 'conv-transpose2d', filters = 6, kernel_size = 3, {settings}");
    let fails = |settings: &str, expected: &str| layer_fails("[4, 5, 7]", &conv(settings), expected);
    fails("output_padding = 1", "'y': output_padding is 1; it must be below 1");
    fails("stride = [2, 3], output_padding = 2", "'y': output_padding is 2; it must be below 2");
    fails(
        "stride = 2, padding = 'same', output_padding = 1",
        "'y': output_padding is 1; it must be at most 0",
    );
    fails("padding = 4", "'y': a padding of 4 cuts off all that it makes of 'x', which gives 4×5×7");
    fails("groups = 3", "'y': 3 groups do not divide the 4 channels of 'x'");
    fails("groups = 4", "'y': 4 groups do not divide its 6 filters");
    layer_fails(
        "[5, 7]",
        &conv("stride = 2"),
        "'y' (conv-transpose2d) takes C×H×W; 'x' gives 5×7, which conv-transpose1d takes",
    );
    layer_fails(
        "[4, 5, 7]",
        "kind = 'conv-transpose1d', filters = 6, kernel_size = 3",
        "'y' (conv-transpose1d) takes T×D; 'x' gives 4×5×7, which conv-transpose2d takes",
    );
}

#[test]
fn pixels_are_repeated_grouped_and_searched_for_the_greatest() {
    layer_fits("[3, 5, 7]", "kind = 'upsample'", "3×10×14");
    layer_fits("[3, 5, 7]", "kind = 'upsample', scale_factor = [1, 3]", "3×5×21");
    layer_fits("['T', 3]", "kind = 'upsample', scale_factor = 4", "4·T×3");
    layer_fails(
        "[5, 3]",
        "kind = 'upsample', scale_factor = [1, 2]",
        "'y': scale_factor is [1, 2], but 'x' gives 5×3, which has one axis to slide along",
    );
    layer_fails("[5]", "kind = 'upsample'", "'y' (upsample) takes C×H×W or T×D; 'x' gives 5");
    layer_fails(
        "[3, 5, 7]",
        "kind = 'upsample', scale_factor = 0",
        "'y': scale_factor is 0; it must be at least 1",
    );

    layer_fits("[6, 5, 7]", "kind = 'group-norm', groups = 3", "6×5×7");
    layer_fits("['T', 6]", "kind = 'group-norm', groups = 6", "T×6");
    layer_fails(
        "[6, 5, 7]",
        "kind = 'group-norm', groups = 4",
        "'y': 4 groups do not divide the 6 channels of 'x'",
    );
    layer_fails("[6]", "kind = 'group-norm', groups = 3", "'y' (group-norm) takes C×H×W or T×D; 'x' gives 6");
    fits(
        "name = 'x', kind = 'input', shape = [6, 5, 7]
         name = 'y', kind = 'group-norm', groups = 2, inputs = ['x']",
        "6×5×7",
        12,
        0,
    );

    layer_fits("[3, 5, 7]", "kind = 'global-max-pool'", "3");
    layer_fits("['T', 3]", "kind = 'global-max-pool'", "3");
    layer_fails("[3]", "kind = 'global-max-pool'", "'y' (global-max-pool) takes C×H×W or T×D; 'x' gives 3");
}
