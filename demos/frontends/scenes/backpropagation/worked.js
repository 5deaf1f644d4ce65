/* How a number of the drawing comes about, in numbers. now: {x, theta, values, slope, label, names, rate}. */
const two = (value) => (Math.abs(value) < 0.005 ? "0" : value.toFixed(2).replace("-", "−"));
const three = (value) => (Math.abs(value) < 0.0005 ? "0" : value.toFixed(3).replace("-", "−"));
const added = (terms) => terms.join(" + ").replaceAll("+ −", "− ");
const held = (words) => (words.startsWith("−") ? `(${words})` : words);
const factor = (value) => held(two(value)), slight = (value) => held(three(value));
const at = (n, width) => `${Math.floor(n / width) + 1}, ${(n % width) + 1}`;

const VALUES = {
    x: ({ x }, n) => `x(${at(n, SIDE)}) = ${x[n]}: a pixel. Press it to change it.`,
    kernel: ({ theta }, n) => `k(${at(n, KERNEL)}) = ${two(theta.kernel[n])}: a weight of the kernel, the same for all 16 places. It is learned.`,
    bias: ({ theta }) => `b = ${two(theta.bias)}: it is added at all 16 places. It is learned.`,
    z: ({ x, theta, values }, n) => {
        const terms = theta.kernel.map((k, m) => `${x[under(Math.floor(n / MAP), n % MAP, m)]}·${factor(k)}`);
        return `z(${at(n, MAP)}) = Σ x·k + b = ${added([...terms, two(theta.bias)])} = ${two(values.z[n])}`;
    },
    relu: ({ values }, n) => `a(${at(n, MAP)}) = max(z, 0) = max(${two(values.z[n])}, 0) = ${two(values.relu[n])}`,
    pooled: ({ values }, n) => `p(${at(n, POOLED)}) = max(${blockOf(n).map((m) => two(values.relu[m])).join(", ")}) = ${two(values.pooled[n])}`,
    weights: ({ theta, names }, n) => `W(${names[Math.floor(n / 4)]}, p${(n % 4) + 1}) = ${two(theta.weights.flat()[n])}: a weight of the dense layer. It is learned.`,
    biases: ({ theta, names }, n) => `c(${names[n]}) = ${two(theta.biases[n])}: a bias of the dense layer. It is learned.`,
    logits: ({ theta, values, names }, n) => {
        const terms = theta.weights[n].map((w, m) => `${factor(w)}·${two(values.pooled[m])}`);
        return `s(${names[n]}) = Σ W·p + c = ${added([...terms, two(theta.biases[n])])} = ${two(values.logits[n])}`;
    },
    probabilities: ({ values, names }, n) => {
        const powers = values.logits.map((s) => `e^${factor(s)}`);
        return `q(${names[n]}) = ${powers[n]} / (${powers.join(" + ")}) = ${two(values.probabilities[n])}`;
    },
    loss: ({ values, label, names }) => `L = −ln q(${names[label]}) = −ln ${three(values.probabilities[label])} = ${three(values.loss)}`,
};

/* The terms of a sum over the places of z that have a derivative: at most four, the maxima of the blocks. */
function overPlaces({ slope }, term) {
    const terms = slope.z.flatMap((d, place) => (d === 0 ? [] : term(place) ?? []).map((other) => `${other}·${slight(d)}`));
    return terms.length ? added(terms) : "0";
}
const learns = ({ rate }, old, d) => `. One step: ${two(old)} − ${rate}·${slight(d)} = ${three(old - rate * d)}`;

const DERIVATIVES = {
    x: (now, n) => {
        const terms = overPlaces(now, (place) => now.theta.kernel.filter((_, m) => under(Math.floor(place / MAP), place % MAP, m) === n).map(factor));
        return `∂L/∂x(${at(n, SIDE)}) = Σ k·∂L/∂z = ${terms} = ${three(now.slope.x[n])}. The image does not learn.`;
    },
    kernel: (now, n) => {
        const terms = overPlaces(now, (place) => [now.x[under(Math.floor(place / MAP), place % MAP, n)]]);
        return `∂L/∂k(${at(n, KERNEL)}) = Σ x·∂L/∂z = ${terms} = ${three(now.slope.kernel[n])}${learns(now, now.theta.kernel[n], now.slope.kernel[n])}`;
    },
    bias: (now) => `∂L/∂b = Σ ∂L/∂z = ${overPlaces(now, () => [1])} = ${three(now.slope.bias)}${learns(now, now.theta.bias, now.slope.bias)}`,
    z: ({ values, slope }, n) => `∂L/∂z(${at(n, MAP)}) = ∂L/∂a · (1 where z > 0, else 0) = ${slight(slope.relu[n])}·${values.z[n] > 0 ? 1 : 0} = ${three(slope.z[n])}`,
    relu: ({ values, slope }, n) => `∂L/∂a(${at(n, MAP)}) = ${values.winners.includes(n) ? `∂L/∂p: it is the maximum of its block` : "0: it is not the maximum of its block"}${slope.relu[n] ? `, ${three(slope.relu[n])}` : ""}`,
    pooled: ({ theta, slope }, n) => `∂L/∂p(${at(n, POOLED)}) = Σ W·∂L/∂s = ${added(slope.logits.map((d, k) => `${factor(theta.weights[k][n])}·${slight(d)}`))} = ${three(slope.pooled[n])}`,
    weights: (now, n) => {
        const [k, m] = [Math.floor(n / 4), n % 4], d = now.slope.weights[k][m];
        return `∂L/∂W(${now.names[k]}, p${m + 1}) = p·∂L/∂s = ${two(now.values.pooled[m])}·${slight(now.slope.logits[k])} = ${three(d)}${learns(now, now.theta.weights[k][m], d)}`;
    },
    biases: (now, n) => `∂L/∂c(${now.names[n]}) = ∂L/∂s = ${three(now.slope.biases[n])}${learns(now, now.theta.biases[n], now.slope.biases[n])}`,
    logits: ({ values, slope, names, label }, n) => `∂L/∂s(${names[n]}) = q − y = ${two(values.probabilities[n])} − ${n === label ? 1 : 0} = ${three(slope.logits[n])}`,
    probabilities: ({ values, names, label }, n) => n === label ? `∂L/∂q(${names[n]}) = −1/q = −1/${two(values.probabilities[n])}; with softmax's own derivative it becomes q − y.` : `∂L/∂q(${names[n]}) = 0: the loss asks only for the true class.`,
    loss: () => "∂L/∂L = 1: here the way back begins.",
};
