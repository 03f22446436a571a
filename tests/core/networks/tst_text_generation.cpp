// Texts of language models are those of transformers, token for token, and do not depend on slot and neighbours.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "tests/core/networks/texts_of.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstTextGeneration : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void textsAreThoseOfTransformers_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"gpt2"}) QTest::newRow(name) << name;
    }
    void textsAreThoseOfTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(language_model(name.toStdString()), {});
        const Json expected_texts = texts_of_transformers(name.toStdString());
        for (const Json& expected : expected_texts.at("texts")) {
            const ResultRecord made = texts_of(*pipeline, {task_of(expected)}).front();
            const QString what =
                QString::fromStdString(to_line(expected) + " and not " + to_line(made.text) + to_line(made.more));
            QVERIFY2(made.text == expected.at("text"), qPrintable(what));
            for (const char* key : {"finish", "prompt_tokens", "new_tokens"})
                QVERIFY2(made.more.at(key) == expected.at(key), qPrintable(what));
        }
    }
};

FANLIGHT_TEST(TstTextGeneration)
#include "tst_text_generation.moc"
