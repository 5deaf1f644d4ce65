/* Fully connected layers with leaky ReLU between them, and Adam: what torch does for cnn_core/tasks/live_gan.py.
   Matrices of samples are flat: sample after sample. */
class Dense {
    /* sizes: numbers of inputs, of each hidden layer, of outputs; numbers: a layer's weights (outputs, inputs), its biases,
       the next layer's, ... as torch lists them; adam: {m, v, count}, the moments of each number and the updates so far. */
    constructor(sizes, numbers, adam, slope) {
        Object.assign(this, { numbers: Float64Array.from(numbers), slope, layers: [] });
        this.moments = { m: Float64Array.from(adam.m), v: Float64Array.from(adam.v), count: adam.count };
        this.gradient = new Float64Array(this.numbers.length);
        let at = 0;
        for (let k = 1; k < sizes.length; k++) {
            const [inputs, outputs] = [sizes[k - 1], sizes[k]], bias = at + inputs * outputs;
            const cut = (array) => ({ weight: array.subarray(at, bias), bias: array.subarray(bias, bias + outputs) });
            this.layers.push({ inputs, outputs, ...cut(this.numbers), slopes: cut(this.gradient), last: k === sizes.length - 1 });
            at = bias + outputs;
        }
    }

    /* `count` samples -> their outputs; what each layer got and gave is kept for `back`. */
    forward(samples, count) {
        let x = samples;
        for (const layer of this.layers) {
            if (!layer.out || layer.out.length < count * layer.outputs) layer.out = new Float64Array(count * layer.outputs);
            layer.x = x;
            this.multiply(layer, x, layer.out, count);
            x = layer.out;
        }
        return x.subarray(0, count * this.layers.at(-1).outputs);
    }

    /* Four outputs at a time: each number of a sample is fetched once for all four. */
    multiply({ inputs, outputs, weight, bias, last }, x, out, count) {
        const whole = outputs - (outputs % 4), slope = last ? 1 : this.slope;
        for (let n = 0; n < count; n++) {
            const from = n * inputs, to = n * outputs;
            for (let j = 0; j < whole; j += 4) {
                let a = bias[j], b = bias[j + 1], c = bias[j + 2], d = bias[j + 3], row = j * inputs;
                for (let k = from; k < from + inputs; k++, row++) {
                    const value = x[k];
                    a += value * weight[row];
                    b += value * weight[row + inputs];
                    c += value * weight[row + 2 * inputs];
                    d += value * weight[row + 3 * inputs];
                }
                out[to + j] = a > 0 ? a : slope * a;
                out[to + j + 1] = b > 0 ? b : slope * b;
                out[to + j + 2] = c > 0 ? c : slope * c;
                out[to + j + 3] = d > 0 ? d : slope * d;
            }
            for (let j = whole; j < outputs; j++) {
                let sum = bias[j];
                for (let k = 0; k < inputs; k++) sum += x[from + k] * weight[j * inputs + k];
                out[to + j] = sum > 0 ? sum : slope * sum;
            }
        }
    }

    /* Slopes of the cost with respect to the outputs of the last `forward` -> those with respect to its samples.
       learns: whether the slopes with respect to weights and biases are wanted, too, which go to `gradient`. */
    back(slopes, count, learns) {
        if (learns) this.gradient.fill(0);
        let given = slopes;
        for (const layer of [...this.layers].reverse()) {
            if (!layer.back || layer.back.length < count * layer.inputs) layer.back = new Float64Array(count * layer.inputs);
            if (!layer.last) this.bend(layer, given, count);
            if (learns) this.collect(layer, given, count);
            this.spread(layer, given, count);
            given = layer.back;
        }
        return given;
    }

    bend({ out, outputs }, slopes, count) {
        for (let k = 0; k < count * outputs; k++) if (out[k] <= 0) slopes[k] *= this.slope;
    }

    collect({ x, inputs, outputs, slopes: { weight, bias } }, given, count) {
        for (let n = 0; n < count; n++) for (let j = 0; j < outputs; j++) bias[j] += given[n * outputs + j];
        for (let j = 0; j < outputs; j++) sumRows(weight, j * inputs, given, j, outputs, x, inputs, count);
    }

    spread({ back, inputs, outputs, weight }, given, count) {
        back.fill(0, 0, count * inputs);
        for (let n = 0; n < count; n++) sumRows(back, n * inputs, given, n * outputs, 1, weight, inputs, outputs);
    }

    /* One update by Adam, with what `back` has collected. */
    update(rate, [first, second]) {
        const { numbers, gradient, moments } = this, { m, v } = moments;
        moments.count += 1;
        const part = 1 - first ** moments.count, root = Math.sqrt(1 - second ** moments.count);
        for (let k = 0; k < numbers.length; k++) {
            m[k] = first * m[k] + (1 - first) * gradient[k];
            v[k] = second * v[k] + (1 - second) * gradient[k] ** 2;
            numbers[k] -= ((rate / part) * m[k]) / (Math.sqrt(v[k]) / root + 1e-8);
        }
    }
}

/* Adds to `width` numbers of `to` from `at` on the sum of `count` rows of `rows`, the n-th times factors[from + n * apart];
   four rows at a time, so that each sum is fetched and put back once for all four. */
function sumRows(to, at, factors, from, apart, rows, width, count) {
    const whole = count - (count % 4);
    for (let n = 0; n < whole; n += 4) {
        const first = from + n * apart, row = n * width;
        const a = factors[first], b = factors[first + apart], c = factors[first + 2 * apart], d = factors[first + 3 * apart];
        for (let k = 0; k < width; k++) {
            to[at + k] += a * rows[row + k] + b * rows[row + width + k] + c * rows[row + 2 * width + k] + d * rows[row + 3 * width + k];
        }
    }
    for (let n = whole; n < count; n++) for (let k = 0; k < width; k++) to[at + k] += factors[from + n * apart] * rows[n * width + k];
}
