//! Optimisers: how parameters follow their gradients, and what they remember from step to step.
//!
//! On the CPU a step is one pass of a kernel that writes a parameter and its moments in place; elsewhere
//! it is tensor expressions that put new tensors in their stead. Both are PyTorch's formulas.

mod expressions;
pub mod gradients;

use candle_core::{Device, Result, Tensor, bail};
use kernels::optimizer::{Adadelta, Adam, Momentum, RmsProp};

use crate::tape::{Form, cpu};
use crate::train::OptimizerSpec;

/// The name, in [`Optimizer::state`], of the number of steps done.
const STEPS: &str = "steps";

/// An optimiser of a list of parameters, always given in the same order.
pub struct Optimizer {
    spec: OptimizerSpec,
    form: Form,
    names: Vec<String>,
    /// For each parameter a tensor of its shape for each of [`moment_names`].
    moments: Vec<Vec<Tensor>>,
    /// What each parameter's learning rate is multiplied by; one of 0 is not moved.
    factors: Vec<f64>,
    steps: u64,
}

impl Optimizer {
    /// `names` tell the parameters apart in a checkpoint.
    pub fn new(spec: &OptimizerSpec, names: &[String], parameters: &[Tensor], form: Form) -> Result<Self> {
        if names.len() != parameters.len() {
            bail!("{} names for {} parameters", names.len(), parameters.len());
        }
        let count = moment_names(spec).len();
        let moments = parameters
            .iter()
            .map(|parameter| (0..count).map(|_| zeros(parameter)).collect())
            .collect::<Result<_>>()?;
        let factors = vec![1.0; names.len()];
        Ok(Self { spec: spec.clone(), form, names: names.to_vec(), moments, factors, steps: 0 })
    }

    /// With a factor on the learning rate of each parameter.
    pub fn with_factors(self, factors: Vec<f64>) -> Self {
        Self { factors, ..self }
    }

    /// Steps done, those before a restored checkpoint included.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Moves each parameter by its gradient. `learning_rate` stands in for the one of the settings, so
    /// that a schedule can change it.
    ///
    /// # Errors
    /// If gradients are missing, or a tensor is on another device or of another shape than at the start.
    pub fn step(
        &mut self,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
        learning_rate: f64,
    ) -> Result<()> {
        if parameters.len() != self.moments.len() || gradients.len() != self.moments.len() {
            let (ours, parameters, gradients) = (self.moments.len(), parameters.len(), gradients.len());
            bail!("{parameters} parameters and {gradients} gradients for an optimiser of {ours}");
        }
        self.steps += 1;
        let lists = parameters.iter_mut().zip(gradients).zip(&mut self.moments).zip(&self.names);
        for ((((parameter, gradient), moments), name), factor) in lists.zip(&self.factors) {
            if *factor == 0.0 {
                continue;
            }
            let learning_rate = learning_rate * factor;
            if parameter.dims() != gradient.dims() {
                bail!("{name} is {:?}, its gradient {:?}", parameter.dims(), gradient.dims());
            }
            match self.form {
                Form::Kernels => {
                    fused(&self.spec, learning_rate, self.steps, parameter, gradient, moments)?;
                }
                Form::Expressions => {
                    let rule = &self.spec;
                    expressions::step(rule, learning_rate, self.steps, parameter, gradient, moments)?;
                }
            }
        }
        Ok(())
    }

    /// Copies of all that a checkpoint must hold, in a stable order.
    pub fn state(&self) -> Result<Vec<(String, Tensor)>> {
        let mut state = vec![(STEPS.into(), Tensor::new(self.steps as i64, &Device::Cpu)?)];
        for (parameter, moments) in self.names.iter().zip(&self.moments) {
            for (moment, tensor) in moment_names(&self.spec).iter().zip(moments) {
                state.push((format!("{parameter}.{moment}"), tensor.copy()?));
            }
        }
        Ok(state)
    }

    /// Goes on from a [`Optimizer::state`]. On an error nothing has changed.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape or type.
    pub fn restore(&mut self, state: &[(String, Tensor)]) -> Result<()> {
        let find = |name: &str| match state.iter().find(|(key, _)| key == name) {
            Some((_, tensor)) => Ok(tensor),
            None => bail!("the optimiser's state has no '{name}'"),
        };
        let Ok(steps) = u64::try_from(find(STEPS)?.to_scalar::<i64>()?) else {
            bail!("the optimiser's state has a negative number of steps")
        };
        let mut restored = Vec::with_capacity(self.moments.len());
        for (parameter, moments) in self.names.iter().zip(&self.moments) {
            let mut of_parameter = Vec::with_capacity(moments.len());
            for (moment, tensor) in moment_names(&self.spec).iter().zip(moments) {
                let name = format!("{parameter}.{moment}");
                let saved = find(&name)?;
                if saved.dims() != tensor.dims() || saved.dtype() != tensor.dtype() {
                    bail!("{name} is {:?} {:?}, not {:?}", saved.dtype(), saved.dims(), tensor.dims());
                }
                of_parameter.push(saved.contiguous()?.to_device(tensor.device())?.copy()?);
            }
            restored.push(of_parameter);
        }
        (self.moments, self.steps) = (restored, steps);
        Ok(())
    }
}

fn zeros(parameter: &Tensor) -> Result<Tensor> {
    Tensor::zeros(parameter.shape(), parameter.dtype(), parameter.device())
}

/// What is remembered of each parameter, by PyTorch's names.
pub(super) fn moment_names(spec: &OptimizerSpec) -> &'static [&'static str] {
    match *spec {
        OptimizerSpec::Sgd { momentum: 0.0, .. } => &[],
        OptimizerSpec::Sgd { .. } => &["momentum_buffer"],
        OptimizerSpec::Adam { .. } | OptimizerSpec::AdamW { .. } => &["exp_avg", "exp_avg_sq"],
        OptimizerSpec::RmsProp { momentum: 0.0, .. } => &["square_avg"],
        OptimizerSpec::RmsProp { .. } => &["square_avg", "momentum_buffer"],
        OptimizerSpec::Adagrad { .. } => &["sum"],
        OptimizerSpec::Adadelta { .. } => &["square_avg", "acc_delta"],
    }
}

/// One pass over a parameter, its gradient and its moments.
fn fused(
    spec: &OptimizerSpec,
    learning_rate: f64,
    t: u64,
    parameter: &Tensor,
    gradient: &Tensor,
    moments: &[Tensor],
) -> Result<()> {
    cpu::read([gradient], |[g]| match (spec, moments) {
        (OptimizerSpec::Sgd { .. }, []) => {
            cpu::write(parameter, |p| kernels::optimizer::sgd(p, g, learning_rate))
        }
        (&OptimizerSpec::Sgd { momentum, nesterov, .. }, [v]) => {
            let rule = Momentum { learning_rate, momentum, nesterov };
            cpu::write_all([parameter, v], |[p, v]| rule.step(p, v, g))
        }
        (&OptimizerSpec::Adam { beta1, beta2, epsilon, .. }, [m, v]) => {
            let rule = Adam::at(t, learning_rate, (beta1, beta2), epsilon, 0.0);
            cpu::write_all([parameter, m, v], |[p, m, v]| rule.step(p, m, v, g))
        }
        (&OptimizerSpec::AdamW { beta1, beta2, epsilon, weight_decay, .. }, [m, v]) => {
            let rule = Adam::at(t, learning_rate, (beta1, beta2), epsilon, weight_decay);
            cpu::write_all([parameter, m, v], |[p, m, v]| rule.step(p, m, v, g))
        }
        (&OptimizerSpec::RmsProp { rho, epsilon, momentum, .. }, [v, rest @ ..]) => {
            let rule = RmsProp { learning_rate, rho, epsilon, momentum };
            match rest {
                [] => cpu::write_all([parameter, v], |[p, v]| rule.step(p, v, g)),
                [velocity, ..] => cpu::write_all([parameter, v, velocity], |[p, v, velocity]| {
                    rule.step_with_momentum(p, v, velocity, g);
                }),
            }
        }
        (&OptimizerSpec::Adagrad { epsilon, .. }, [sum]) => cpu::write_all([parameter, sum], |[p, sum]| {
            kernels::optimizer::adagrad(p, sum, g, learning_rate, epsilon);
        }),
        (&OptimizerSpec::Adadelta { rho, epsilon, .. }, [v, moved]) => {
            let rule = Adadelta { learning_rate, rho, epsilon };
            cpu::write_all([parameter, v, moved], |[p, v, moved]| rule.step(p, v, moved, g))
        }
        _ => bail!("{} does not keep {} moments", spec.kind(), moments.len()),
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::gradcheck::{close, device, flat, tensor};

    /// Every kind, with and without momentum.
    fn all() -> Vec<OptimizerSpec> {
        let mut specs: Vec<_> = OptimizerSpec::KINDS.map(|kind| OptimizerSpec::of_kind(kind).unwrap()).into();
        specs.push(OptimizerSpec::Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: false });
        specs.push(OptimizerSpec::Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: true });
        specs.push(OptimizerSpec::RmsProp { learning_rate: 0.1, rho: 0.9, epsilon: 1e-8, momentum: 0.9 });
        specs
    }

    fn names() -> [String; 2] {
        ["dense.weight".into(), "dense.bias".into()]
    }

    fn start() -> [Tensor; 2] {
        [tensor(&[3, 5], 1), tensor(&[3], 2)]
    }

    fn train(optimizer: &mut Optimizer, parameters: &mut [Tensor], steps: std::ops::Range<u64>) {
        for step in steps {
            let gradients = [tensor(&[3, 5], 10 + step), tensor(&[3], 20 + step)];
            let gradients = gradients.map(|gradient| gradient.to_device(parameters[0].device()).unwrap());
            optimizer.step(parameters, &gradients, 0.05).unwrap();
        }
    }

    #[test]
    fn both_forms_take_the_same_steps() {
        for spec in all() {
            let [ours, theirs] = [Form::Kernels, Form::Expressions].map(|form| {
                let mut parameters = start().map(|parameter| parameter.to_device(&device(form)).unwrap());
                let mut optimizer = Optimizer::new(&spec, &names(), &parameters, form).unwrap();
                train(&mut optimizer, &mut parameters, 0..5);
                parameters
            });
            for (ours, theirs) in ours.iter().zip(&theirs) {
                close(&flat(ours), &flat(theirs), 2e-6, spec.kind());
            }
        }
    }

    #[test]
    fn a_restored_optimizer_goes_on_with_the_same_bits() {
        for spec in all() {
            let mut whole = start();
            let mut optimizer = Optimizer::new(&spec, &names(), &whole, Form::Kernels).unwrap();
            train(&mut optimizer, &mut whole, 0..3);
            let mut resumed = whole.clone().map(|parameter| parameter.copy().unwrap());
            let state = optimizer.state().unwrap();
            train(&mut optimizer, &mut whole, 3..6);

            let mut optimizer = Optimizer::new(&spec, &names(), &resumed, Form::Kernels).unwrap();
            optimizer.restore(&state).unwrap();
            assert_eq!(optimizer.steps(), 3);
            train(&mut optimizer, &mut resumed, 3..6);
            for (whole, resumed) in whole.iter().zip(&resumed) {
                assert_eq!(flat(whole), flat(resumed), "{}", spec.kind());
            }
        }
    }

    #[test]
    fn a_state_that_does_not_fit_is_refused_and_changes_nothing() {
        let spec = OptimizerSpec::adam(1e-3);
        let mut optimizer = Optimizer::new(&spec, &names(), &start(), Form::Kernels).unwrap();
        let state = optimizer.state().unwrap();
        for index in 0..state.len() {
            let mut cut = state.clone();
            let (name, _) = cut.remove(index);
            let error = optimizer.restore(&cut).unwrap_err().to_string();
            assert!(error.contains(&name), "{error}");
            cut.push((name.clone(), tensor(&[2, 2], 1)));
            assert!(optimizer.restore(&cut).is_err(), "{name} of another shape");
        }
        assert_eq!(optimizer.steps(), 0);
    }

    #[test]
    fn gradients_that_do_not_fit_are_refused() {
        let mut parameters = start();
        let spec = OptimizerSpec::adam(1e-3);
        let mut optimizer = Optimizer::new(&spec, &names(), &parameters, Form::Kernels).unwrap();
        assert!(optimizer.step(&mut parameters, &[tensor(&[3, 5], 1)], 0.1).is_err());
        assert!(optimizer.step(&mut parameters, &[tensor(&[5, 3], 1), tensor(&[3], 1)], 0.1).is_err());
    }
}
