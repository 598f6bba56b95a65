//! Whether a call fits the kernel: a launch checks nothing, so the tests of operations check every call they make,
//! on any machine.

use candle_core::{DType, Result, bail};

use super::{Argument, Kernel, Source};
use crate::tape::gradcheck::tensor;

/// Fails where the arguments are not those that the source declares.
pub fn check(kernel: Kernel, arguments: &[Argument]) -> Result<()> {
    let Kernel(source, name) = kernel;
    // In a macro, a name's last part is the type's.
    let text = source.text().replace("_##SUFFIX", &name[name.rfind('_').unwrap_or(0)..]);
    let Some((_, rest)) = text.split_once(&format!("__global__ void {name}(")) else {
        bail!("there is no kernel {name} in {source:?}")
    };
    let parameters: Vec<&str> = rest.split(')').next().unwrap_or_default().split(',').collect();
    let fits = |parameter: &&str, argument: &Argument| match argument {
        Argument::Tensor(tensor) => {
            let kind = match tensor.dtype() {
                DType::U32 => "unsigned *",
                DType::F32 if !parameter.contains("T *") => "float *",
                _ => "T *",
            };
            parameter.contains(kind)
        }
        Argument::Count(_) => parameter.contains("long long ") && !parameter.contains('*'),
        Argument::Number(_) => parameter.contains("float ") && !parameter.contains('*'),
    };
    if parameters.len() != arguments.len()
        || !parameters.iter().zip(arguments).all(|(parameter, argument)| fits(parameter, argument))
    {
        bail!("{name} is called with {arguments:?} for {parameters:?}");
    }
    Ok(())
}

#[test]
fn a_call_that_does_not_fit_the_source_is_refused() {
    let (p, g) = (tensor(&[3], 1), tensor(&[3], 2));
    let ids = p.to_dtype(DType::U32).unwrap();
    let sgd = Kernel(Source::Optimizer, "sgd");
    let good = [Argument::Tensor(&p), Argument::Tensor(&g), Argument::Count(3), Argument::Number(0.1)];
    assert!(check(sgd, &good).is_ok());
    assert!(check(sgd, &good[..3]).is_err());
    for (place, bad) in [(0, Argument::Tensor(&ids)), (2, Argument::Number(3.0)), (3, Argument::Count(0))] {
        let mut arguments = good;
        arguments[place] = bad;
        assert!(check(sgd, &arguments).is_err(), "{place}");
    }
    assert!(check(Kernel(Source::Norm, "sgd"), &good).is_err());
}
