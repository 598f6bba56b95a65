// A step of an optimiser in one pass over a parameter, its gradient and its moments, in place. Formulas and names are
// those of engine/kernels/src/optimizer.rs.

extern "C" __global__ void sgd(float *p, const float *g, long long count, float rate) {
    for ALL (count) p[i] -= rate * g[i];
}

extern "C" __global__ void momentum(float *p, const float *g, float *v, long long count, long long nesterov,
                                    float rate, float kept) {
    for ALL (count) {
        v[i] = kept * v[i] + g[i];
        p[i] -= rate * (nesterov ? g[i] + kept * v[i] : v[i]);
    }
}

// `decay` is what is left of the parameter before it moves; `rate` has the first moment's bias in it, `bias` is the
// root of the second's.
extern "C" __global__ void adam(float *p, const float *g, float *m, float *v, long long count, float decay, float rate,
                                float beta1, float new1, float beta2, float new2, float bias, float epsilon) {
    for ALL (count) {
        m[i] = beta1 * m[i] + new1 * g[i];
        v[i] = beta2 * v[i] + new2 * g[i] * g[i];
        p[i] = decay * p[i] - rate * m[i] / (sqrtf(v[i]) / bias + epsilon);
    }
}
