#!/usr/bin/env python3
"""Own scenarios from eight examples each, beside fastText and TF-IDF with logistic regression, on the same examples in the same run.

    scenario_peers.py OWN_SCENARIOS DATA

OWN_SCENARIOS is bench_own_scenarios; DATA holds clinc150_full.json and banking77_train.csv. Needs Debian's
python3-sklearn and fasttext. One line a peer and draw; the exit code is 1 where a peer is better on average.
"""
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

EXAMPLES = 8
DRAWS = (1, 2, 3)
TESTED = 4500


def read_clinc(data):
    with open(os.path.join(data, "clinc150_full.json"), encoding="utf-8") as file:
        parts = json.load(file)
    return parts["train"], parts["test"]


def read_banking(data):
    with open(os.path.join(data, "banking77_train.csv"), encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:], []


def draw(rows, test, seed):
    chance = random.Random(seed)
    by_label = {}
    for text, label in rows:
        by_label.setdefault(label, []).append(" ".join(text.split()))
    train, rest = [], []
    for label in sorted(by_label):
        texts = by_label[label]
        chance.shuffle(texts)
        train += [(text, label) for text in texts[:EXAMPLES]]
        rest += [(text, label) for text in texts[EXAMPLES:]]
    tested = [(" ".join(text.split()), label) for text, label in test] or rest
    chance.shuffle(tested)
    return train, tested[:TESTED]


def ours(program, folder, train, test):
    paths = [os.path.join(folder, name) for name in ("train.tsv", "test.tsv")]
    for path, rows in zip(paths, (train, test)):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{label}\t{text}\n" for text, label in rows)
    answer = json.loads(subprocess.run([program, *paths], check=True, capture_output=True, text=True).stdout)
    print(f"    {answer['texts_per_s']:.0f} texts a second, {answer['model_mb']} MB")
    return answer["accuracy"]


def fasttext(folder, train, test, pieces):
    def words(text):
        return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))

    def label_of(label):
        return "__label__" + label.replace(" ", "_")

    inputs = [os.path.join(folder, name) for name in ("ft.train", "ft.test")]
    with open(inputs[0], "w", encoding="utf-8") as file:
        file.writelines(f"{label_of(label)} {words(text)}\n" for text, label in train)
    with open(inputs[1], "w", encoding="utf-8") as file:
        file.writelines(f"{words(text)}\n" for text, _ in test)
    model = os.path.join(folder, "ft")
    options = ["-epoch", "100", "-lr", "0.5", "-wordNgrams", "2", "-dim", "50", "-bucket", "100000", "-thread", "1", "-verbose", "0"]
    options += ["-minn", "3", "-maxn", "5"] if pieces else []
    subprocess.run(["fasttext", "supervised", "-input", inputs[0], "-output", model, *options], check=True, stderr=subprocess.DEVNULL)
    told = subprocess.run(["fasttext", "predict", model + ".bin", inputs[1]], check=True, capture_output=True, text=True).stdout.split("\n")
    return float(np.mean([said == label_of(label) for said, (_, label) in zip(told, test)]))


def regression(train, test, cost):
    words = TfidfVectorizer()
    model = LogisticRegression(C=cost, max_iter=300)
    model.fit(words.fit_transform([text for text, _ in train]), [label for _, label in train])
    return float(np.mean(model.predict(words.transform([text for text, _ in test])) == np.array([label for _, label in test])))


def main():
    program, data = sys.argv[1:3]
    behind = False
    for name, (rows, test) in (("CLINC150", read_clinc(data)), ("Banking77", read_banking(data))):
        sums = {}
        for seed in DRAWS:
            train, tested = draw(rows, test, seed)
            with tempfile.TemporaryDirectory() as folder:
                found = {
                    "ours": ours(program, folder, train, tested),
                    "fastText": fasttext(folder, train, tested, False),
                    "fastText with pieces": fasttext(folder, train, tested, True),
                    "TF-IDF, logistic regression": regression(train, tested, 1),
                    "TF-IDF, logistic regression, C = 10": regression(train, tested, 10),
                }
            for method, accuracy in found.items():
                print(f"{name} draw {seed}: {method} {accuracy:.4f}", flush=True)
                sums.setdefault(method, []).append(accuracy)
        mean = {method: sum(values) / len(values) for method, values in sums.items()}
        best = max((value, method) for method, value in mean.items() if method != "ours")
        print(f"{name}: ours {mean['ours']:.4f}, best peer {best[0]:.4f} ({best[1]})")
        behind = behind or mean["ours"] < best[0]
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
