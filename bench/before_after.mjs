// Ways to tell a change from chance, on made-up weeks: how often each cries out where nothing changed (its level is said to be 5 %),
// and how often it sees a change that is there. The case view uses "paired, widened" (docs/decisions/0028).
//
//   node bench/before_after.mjs [repetitions]
const kRepetitions = Number(process.argv[2] ?? 2000);
const kLevel = 0.05;

function randomOf(seed) {
    let state = seed >>> 0;
    const unit = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    return { unit, normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()) };
}

/// Logarithms of an hour's figure: the shape of the week, noise that lasts for hours, noise that lasts for days.
function madeUpHours(days, dayLikeness, random) {
    const hours = [];
    let ofDay = random.normal();
    let ofHour = random.normal();
    for (let hour = 0; hour < days * 24; ++hour) {
        if (hour % 24 === 0) {
            ofDay = dayLikeness * ofDay + Math.sqrt(1 - dayLikeness ** 2) * random.normal();
        }
        ofHour = 0.8 * ofHour + 0.6 * random.normal();
        const weekday = Math.floor(hour / 24) % 7;
        const shape = 0.5 * Math.sin((2 * Math.PI * (hour % 24)) / 24) + (weekday > 4 ? 0.4 : 0);
        hours.push(shape + 0.1 * ofDay + 0.1 * ofHour + 0.1 * random.normal());
    }
    return hours;
}

const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
const variance = (all, middle = mean(all)) => all.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (all.length - 1);
const daysOf = (hours) => Array.from({ length: hours.length / 24 }, (_, day) => mean(hours.slice(day * 24, day * 24 + 24)));

/// Of Student's distribution, both tails: by numerical integration, which is good to 1e-6 here.
function tails(t, degrees) {
    const steps = 2000;
    const reach = Math.atan(Math.abs(t) / Math.sqrt(degrees));
    const density = (angle) => Math.cos(angle) ** (degrees - 1);
    const area = (to) => {
        let sum = density(0) + density(to);
        for (let i = 1; i < steps; ++i) {
            sum += density((to * i) / steps) * (i % 2 === 1 ? 4 : 2);
        }
        return (sum * to) / steps / 3;
    };
    return 1 - area(reach) / area(Math.PI / 2 - 1e-9);
}

function welch(before, after) {
    const [a, b] = [variance(before) / before.length, variance(after) / after.length];
    return tails((mean(after) - mean(before)) / Math.sqrt(a + b), (a + b) ** 2 / (a ** 2 / (before.length - 1) + b ** 2 / (after.length - 1)));
}

function paired(differences, widen, floor = 0) {
    const n = differences.length;
    const middle = mean(differences);
    const influences = differences.map((one) => one - middle);
    const squares = influences.reduce((sum, one) => sum + one ** 2, 0);
    const products = influences.slice(1).reduce((sum, one, i) => sum + one * influences[i], 0);
    const likeness = widen ? Math.min(0.8, Math.max(floor, (products / squares + 1 / n) / (1 - 3 / n))) : 0;
    let widening = 1;
    for (let lag = 1; lag < n; ++lag) {
        widening += 2 * (1 - lag / n) * likeness ** lag;
    }
    return tails(middle / Math.sqrt((squares / (n - 1) / n) * widening), Math.max(0.5, 1 / widening) * (n - 1));
}

function signsFlipped(differences, random) {
    const found = Math.abs(mean(differences));
    let farther = 1;
    for (let i = 0; i < 499; ++i) {
        farther += Math.abs(mean(differences.map((one) => (random.unit() < 0.5 ? one : -one)))) >= found ? 1 : 0;
    }
    return farther / 500;
}

function bootstrapped(differences, block, random) {
    const n = differences.length;
    let below = 0;
    for (let i = 0; i < 499; ++i) {
        let sum = 0;
        for (let taken = 0; taken < n; taken += block) {
            const start = Math.floor(random.unit() * n);
            for (let k = 0; k < block && taken + k < n; ++k) {
                sum += differences[(start + k) % n];
            }
        }
        below += sum <= 0 ? 1 : 0;
    }
    return (2 * Math.min(below, 499 - below) + 1) / 500;
}

function shares(days, likeness, change) {
    const weeks = Math.ceil(days / 7);
    const found = {};
    for (let seed = 1; seed <= kRepetitions; ++seed) {
        const random = randomOf(seed * 7919 + days);
        const hours = madeUpHours(weeks * 7 + days, likeness, random).map((one, i) => one + (i >= weeks * 7 * 24 ? change : 0));
        const [before, after] = [hours.slice(0, days * 24), hours.slice(weeks * 7 * 24)];
        const [daysBefore, daysAfter] = [daysOf(before), daysOf(after)];
        const differences = daysAfter.map((one, i) => one - daysBefore[i]);
        const p = {
            'hours (Welch)': welch(before, after),
            'days (Welch)': welch(daysBefore, daysAfter),
            paired: paired(differences, false),
            'signs flipped': signsFlipped(differences, random),
            'bootstrap, 1 day': bootstrapped(differences, 1, random),
            'bootstrap, 3 days': bootstrapped(differences, 3, random),
            'paired, widened': paired(differences, true),
            'paired, widened, 0.2 at least': paired(differences, true, 0.2),
        };
        for (const [name, value] of Object.entries(p)) {
            found[name] = (found[name] ?? 0) + (value <= kLevel ? 1 / kRepetitions : 0);
        }
    }
    return found;
}

const cases = [];
for (const days of [6, 7, 14, 28]) {
    for (const likeness of [0, 0.3, 0.6]) {
        cases.push({ days, likeness, none: shares(days, likeness, 0), there: shares(days, likeness, 0.15) });
    }
}
console.log(['way'.padEnd(30), ...cases.map(({ days, likeness }) => `${days}d ${likeness}`.padStart(11))].join(' '));
for (const name of Object.keys(cases[0].none)) {
    const figures = cases.map(({ none, there }) => `${(none[name] * 100).toFixed(1)} / ${(there[name] * 100).toFixed(0)}`.padStart(11));
    console.log([name.padEnd(30), ...figures].join(' '));
}
