// Accelerate's example scripts for language models, each as a case of its name: the same inputs and ways to distribute
// them, with small models, and the results of transformers (tests/golden). What the scripts do: its repository,
// examples/inference/distributed/phi2.py and examples/inference/pippy/{bert,gpt2,llama,t5}.py.

#include <QJsonArray>
#include <QTest>

#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::string golden(const QString& name) { return source_path("/tests/golden/data/" + name.toStdString()); }

/// The greedy texts of 40 tokens, by prompt.
QMap<QString, QString> greedy_texts(const QString& model) {
    QMap<QString, QString> texts;
    const Json golden_texts = read_json_file(golden("language_models/" + model + ".json"));
    for (const Json& text : golden_texts.at("texts")) {
        if (text.at("do_sample") == true || text.contains("repetition_penalty") || text.contains("min_new_tokens"))
            continue;
        texts.insert(QString::fromStdString(text.at("prompt").get<std::string>()),
                     QString::fromStdString(text.at("text").get<std::string>()));
    }
    return texts;
}

QStringList cpus(int count) { return {"--devices", QStringList(count, "cpu").join(',')}; }

const QStringList two_stages = {"--mode", "pipelined", "--stages", "2", "--num-chunks", "2", "--devices", "cpu,cpu"};

}  // namespace

class TstAccelerateExamples : public QObject {
    Q_OBJECT

    PrivateHome home_;
    int runs_ = 0;

    QList<QJsonObject> rows_of(const QString& command, const QString& model, const QStringList& prompts,
                               const QStringList& options) {
        const QString output = home_.path(QString("%1.jsonl").arg(++runs_));
        const ProgramResult made = run_fanlight(
            QStringList{command} + prompts +
            QStringList{"-m", QString::fromStdString(golden(model)), "--threads", "1", "--quiet", "-o", output} +
            options);
        if (made.status != 0) qWarning("%s", qPrintable(made.output()));
        return rows_in(content_of(output));
    }

    void expect_texts(const QString& model, const QStringList& prompts, const QStringList& options) {
        const QMap<QString, QString> expected = greedy_texts(model);
        const auto rows = rows_of("text", "language_models/" + model, prompts,
                                  QStringList{"--raw", "--greedy", "--max-new-tokens", "40"} + options);
        QCOMPARE(rows.size(), prompts.size());
        for (int i = 0; i < rows.size(); ++i) {
            QVERIFY(expected.contains(prompts[i]) && rows[i]["prompt"].toString() == prompts[i]);
            QCOMPARE(rows[i]["text"].toString(), expected[prompts[i]]);
        }
    }

private Q_SLOTS:
    void initTestCase() { QDir::setCurrent(home_.path(".")); }

    /// Five prompts in batches of two, split evenly with padding: the script loses some or disorders them for many
    /// numbers of prompts and processes.
    void phi2_data() {
        QTest::addColumn<int>("prompts");
        QTest::addColumn<int>("workers");
        for (const int prompts : {5, 4, 3, 1})
            for (const int workers : {1, 2, 3}) QTest::addRow("%d on %d", prompts, workers) << prompts << workers;
    }
    void phi2() {
        QFETCH(int, prompts);
        QFETCH(int, workers);
        const QStringList all = {"The cat", "Who goes there?", "Кошка сидит на", "القطة تجلس", "def add(a, b):"};
        expect_texts("phi", all.first(prompts),
                     cpus(workers) + QStringList{"--split", "even", "--apply-padding", "--batch-size", "2"});
    }

    /// A masked language model over two stages: the script takes its time; here its best words are those of one device.
    void bert() {
        const Json expected = read_json_file(golden("classifiers/bert_masked.json")).at("rows");
        QStringList prompts;
        for (const Json& row : expected) prompts << QString::fromStdString(row.at("prompt").get<std::string>());
        const auto rows = rows_of("classify", "classifiers/bert_masked", prompts, two_stages);
        QCOMPARE(rows.size(), prompts.size());
        for (int i = 0; i < rows.size(); ++i)
            QCOMPARE(rows[i]["text"].toString().toStdString(),
                     expected[static_cast<size_t>(i)].at("text").get<std::string>());
    }

    /// The guide's example: a GPT-2 classifier over two stages, with micro-batches and gathered outputs.
    void gpt2() {
        const Json expected = read_json_file(golden("classifiers/gpt2.json")).at("rows");
        QStringList prompts;
        for (size_t i = 0; i < 4; ++i) prompts << QString::fromStdString(expected[i].at("prompt").get<std::string>());
        const auto rows = rows_of("classify", "classifiers/gpt2", prompts,
                                  two_stages + QStringList{"--gather-output", "--batch-size", "2"});
        QCOMPARE(rows.size(), prompts.size());
        for (int i = 0; i < rows.size(); ++i) {
            const Json& row = expected[static_cast<size_t>(i)];
            QCOMPARE(rows[i]["label"].toString().toStdString(), row.at("label").get<std::string>());
            const auto logits = row.at("logits").get<std::vector<double>>();
            for (size_t label = 0; label < logits.size(); ++label)
                QVERIFY(std::abs(rows[i]["logits"].toArray()[static_cast<int>(label)].toDouble() - logits[label]) <
                        1e-4);
        }
    }

    /// Three prompts, padded to four, over two stages: the script asks for one token, where it runs at all.
    void llama() {
        const QStringList prompts = {"The cat", "Who goes there?", "Кошка сидит на"};
        expect_texts("llama", prompts, two_stages + QStringList{"--batch-size", "2"});
        const QMap<QString, QString> expected = greedy_texts("llama");
        const auto rows = rows_of("text", "language_models/llama", prompts,
                                  two_stages + QStringList{"--raw", "--greedy", "--max-new-tokens", "1"});
        QCOMPARE(rows.size(), 3);
        for (const QJsonObject& row : rows) {
            QCOMPARE(row["new_tokens"].toInt(), 1);
            // A token may be a part of a character.
            const QString token = row["text"].toString().remove(QChar(0xfffd));
            QVERIFY(expected[row["prompt"].toString()].startsWith(token));
        }
    }

    /// An encoder and a decoder over two stages: the script evaluates them once, and generates nothing.
    void t5() { expect_texts("t5", {"The cat", "Who goes there?", "Кошка сидит на", "القطة تجلس"}, two_stages); }
};

FANLIGHT_TEST(TstAccelerateExamples, QCoreApplication)
#include "tst_accelerate_examples.moc"
