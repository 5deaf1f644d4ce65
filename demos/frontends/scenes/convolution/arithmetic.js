/* Convolution and pooling: the same sums as cnn_core/ops/convolution.py. Maps are nested arrays [C][row][column], kernels
   [K][C][row][column]; a form is {stride, padding, dilation}. */
const reachOf = (k, dilation) => dilation * (k - 1) + 1;
const outputSize = (n, k, { stride, padding, dilation }) =>
    Math.max(0, Math.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1);

/* Where the kernel's first row lies for each output row; negative rows lie in the padding. */
function startsOf(n, k, { stride, padding, dilation }) {
    const starts = [], last = n + padding - reachOf(k, dilation);
    for (let start = -padding; start <= last; start += stride) starts.push(start);
    return starts;
}

/* What the kernel sees of one channel from a first row and column on; 0 beyond the edge. */
function patchAt(channel, top, left, k, dilation) {
    const rows = [];
    for (let m = 0; m < k; m++) {
        const row = channel[top + m * dilation] ?? [];
        rows.push(Array.from({ length: k }, (_, n) => row[left + n * dilation] ?? 0));
    }
    return rows;
}

const productsOf = (patch, slice) => patch.map((row, m) => row.map((value, n) => value * slice[m][n]));
const sumOf = (rows) => rows.reduce((sum, row) => row.reduce((part, value) => part + value, sum), 0);

/* One map for each kernel: at every place the sum of patch times kernel over all channels, plus the bias. */
function convolve(x, kernels, biases, form) {
    const k = kernels[0][0].length, { padding, dilation } = form;
    const rows = startsOf(x[0].length, k, form), columns = startsOf(x[0][0].length, k, form);
    const padded = x.map((channel) => padOf(channel, padding));
    const sumAt = (kernel, top, left) => {
        let sum = 0;
        for (let c = 0; c < padded.length; c++) {
            for (let m = 0; m < k; m++) {
                const under = padded[c][top + padding + m * dilation], row = kernel[c][m];
                for (let n = 0; n < k; n++) sum += under[left + padding + n * dilation] * row[n];
            }
        }
        return sum;
    };
    return kernels.map((kernel, number) => rows.map((top) => columns.map((left) => sumAt(kernel, top, left) + biases[number])));
}

/* Zeros around one channel. */
function padOf(channel, padding) {
    const side = Array(padding).fill(0), none = () => Array(channel[0].length + 2 * padding).fill(0);
    const beyond = Array.from({ length: padding }, none);
    return [...beyond, ...channel.map((row) => [...side, ...row, ...side]), ...beyond];
}

const relu = (value) => Math.max(value, 0);

/* The numbers of each size x size window of one map. */
function windowsOf(map, size, stride) {
    const form = { stride, padding: 0, dilation: 1 }, columns = startsOf((map[0] ?? []).length, size, form);
    return startsOf(map.length, size, form).map((top) => columns.map((left) => patchAt(map, top, left, size, 1).flat()));
}
const maxPool = (map, size, stride) => windowsOf(map, size, stride).map((row) => row.map((values) => Math.max(...values)));
const averagePool = (map, size, stride) =>
    windowsOf(map, size, stride).map((row) => row.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length));

/* Weights and multiply-adds of a convolution, and of a dense layer with as many inputs and outputs; without biases. */
function costsOf(channels, n, wide, kernels, k, h, w) {
    const weights = kernels * channels * k * k, dense = channels * n * wide * kernels * h * w;
    return { weights, multiplyAdds: weights * h * w, dense };
}

/* Kernels of 1 or 3 slices as one layer [K][C][k][k]: one slice serves every channel, smaller ones stand amid zeros. */
function stackKernels(kernels, channels) {
    const k = Math.max(...kernels.map(({ weights }) => weights[0].length));
    return kernels.map(({ weights }) =>
        Array.from({ length: channels }, (_, c) => {
            const slice = weights[weights.length === 1 ? 0 : c], first = Math.floor((k - slice.length) / 2);
            return Array.from({ length: k }, (_, m) => Array.from({ length: k }, (_, n) => slice[m - first]?.[n - first] ?? 0));
        }),
    );
}

/* A kernel as demos/tabs/by_hand/_kernels.py reads it. */
function kernelAsText({ name, weights, bias, ownBias }) {
    const table = (slice) => slice.map((row) => row.map((value) => String(Number(value.toPrecision(6)))).join(" ")).join("; ");
    const words = name === "own numbers" ? weights.map(table).join(" | ") : name;
    return bias === ownBias ? words : `${words} bias ${Number(bias.toPrecision(6))}`;
}
