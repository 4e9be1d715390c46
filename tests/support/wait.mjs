// Waiting for something to become true. Tests never assert how long it took: a deadline is generous, and only says
// when to give up.

export const kDeadlineMs = 60_000;

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/// Calls `probe` until it returns something truthy (not null, undefined or false), and returns that. An exception
/// counts as "not yet"; the last one is part of the message when the deadline passes.
export async function waitFor(probe, { what = 'the condition', deadlineMs = kDeadlineMs, everyMs = 40 } = {}) {
    const end = Date.now() + deadlineMs;
    let last = 'nothing yet';
    for (;;) {
        try {
            const value = await probe();
            if (value !== undefined && value !== null && value !== false) {
                return value;
            }
            last = `last value: ${value}`;
        } catch (error) {
            last = error.stack ?? String(error);
        }
        if (Date.now() > end) {
            throw new Error(`${what}: not within ${deadlineMs} ms (${last})`);
        }
        await sleep(everyMs);
    }
}

/// Rejects when `promise` has not settled by the deadline.
export async function within(promise, what, deadlineMs = kDeadlineMs) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what}: not within ${deadlineMs} ms`)), deadlineMs);
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        clearTimeout(timer);
    }
}
