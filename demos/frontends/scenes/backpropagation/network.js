/* cnn_core.ops.backpropagation once more: image 6 x 6 -> convolution 4 x 4 -> ReLU -> max pooling 2 x 2 -> K logits -> softmax.
   theta: {kernel: 9 numbers, bias, weights: K rows of 4, biases: K}; maps are lists, row by row. */
const SIDE = 6, KERNEL = 3, MAP = 4, POOLED = 2;

const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

function forwardPass(x, theta, label) {
    const z = [], pooled = [], winners = [];
    for (let i = 0; i < MAP; i++)
        for (let j = 0; j < MAP; j++) z.push(sum(theta.kernel.map((k, n) => k * x[under(i, j, n)])) + theta.bias);
    const relu = z.map((value) => Math.max(value, 0));
    for (let block = 0; block < POOLED * POOLED; block++) {
        const places = blockOf(block), largest = Math.max(...places.map((n) => relu[n]));
        winners.push(places.find((n) => relu[n] === largest));
        pooled.push(largest);
    }
    const logits = theta.weights.map((row, k) => sum(row.map((w, n) => w * pooled[n])) + theta.biases[k]);
    const top = Math.max(...logits), exponentials = logits.map((s) => Math.exp(s - top)), total = sum(exponentials);
    return { z, relu, pooled, winners, logits, probabilities: exponentials.map((e) => e / total), loss: Math.log(total) - (logits[label] - top) };
}

/* The derivative of the loss by everything, from the last layer to the first. */
function backwardPass(x, theta, label, values) {
    const logits = values.probabilities.map((q, k) => q - (k === label ? 1 : 0));
    const weights = logits.map((d) => values.pooled.map((p) => d * p));
    const pooled = values.pooled.map((_, n) => sum(logits.map((d, k) => d * theta.weights[k][n])));
    const relu = values.relu.map(() => 0);
    values.winners.forEach((place, block) => (relu[place] = pooled[block]));
    const z = relu.map((d, n) => (values.z[n] > 0 ? d : 0));
    const kernel = theta.kernel.map((_, n) => sum(z.map((d, at) => d * x[under(Math.floor(at / MAP), at % MAP, n)])));
    const image = x.map(() => 0);
    z.forEach((d, at) => theta.kernel.forEach((k, n) => (image[under(Math.floor(at / MAP), at % MAP, n)] += d * k)));
    return { kernel, bias: sum(z), weights, biases: logits, x: image, z, relu, pooled, logits };
}

const descend = (theta, slope, rate) => ({
    kernel: theta.kernel.map((k, n) => k - rate * slope.kernel[n]),
    bias: theta.bias - rate * slope.bias,
    weights: theta.weights.map((row, k) => row.map((w, n) => w - rate * slope.weights[k][n])),
    biases: theta.biases.map((c, k) => c - rate * slope.biases[k]),
});

/* The largest difference between the derivatives by the parameters and what two tries, one above and one below, make of them. */
function farthest(x, theta, label, slope) {
    const STEP = 1e-5, row = flat(theta), found = flat(slope);
    return Math.max(...row.map((_, k) => {
        const [more, less] = [STEP, -STEP].map((by) => forwardPass(x, unflat(row.map((v, n) => (n === k ? v + by : v))), label).loss);
        return Math.abs((more - less) / (2 * STEP) - found[k]);
    }));
}

const flat = (theta) => [...theta.kernel, theta.bias, ...theta.weights.flat(), ...theta.biases];
function unflat(row) {
    const dense = row.slice(10), classes = dense.length / 5;
    const weights = Array.from({ length: classes }, (_, k) => dense.slice(4 * k, 4 * k + 4));
    return { kernel: row.slice(0, 9), bias: row[9], weights, biases: dense.slice(4 * classes) };
}
/* The pixel that the n-th number of the kernel lies on for the sum at (i, j). */
const under = (i, j, n) => (i + Math.floor(n / KERNEL)) * SIDE + j + (n % KERNEL);
/* The four places of a pooled block in the map. */
function blockOf(block) {
    const row = 2 * Math.floor(block / POOLED), column = 2 * (block % POOLED);
    return [0, 1].flatMap((i) => [0, 1].map((j) => (row + i) * MAP + column + j));
}
