#include "core/batch/lora.h"

#include <QTest>

#include "core/base/error.h"
#include "core/batch/prompt_row.h"
#include "tests/support/test.h"

using namespace fanlight;

/// How LoRAs are asked for: in options, columns and prompts.
class TestAskedLoras : public QObject {
    Q_OBJECT

    static QString described(const std::vector<Lora>& loras) {
        QStringList texts;
        for (const Lora& lora : loras)
            texts << QString("%1 %2 %3")
                         .arg(QString::fromStdString(lora.name))
                         .arg(lora.text_encoder_weight.value_or(lora.weight))
                         .arg(lora.weight);
        return texts.join(", ");
    }

private Q_SLOTS:
    void textsAreRead_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("loras");
        QTest::newRow("a name") << "sketch"
                                << "sketch 1 1";
        QTest::newRow("with a weight") << " sketch : -0.5 "
                                       << "sketch -0.5 -0.5";
        QTest::newRow("with two") << "sketch:0.25:1"
                                  << "sketch 0.25 1";
        QTest::newRow("with equal ones") << "sketch:0.25:0.25"
                                         << "sketch 0.25 0.25";
        QTest::newRow("several") << "a:0.5; b;c:1:0"
                                 << "a 0.5 0.5, b 1 1, c 1 0";
        QTest::newRow("the last of a name counts") << "a:0.5; b; a:2"
                                                   << "a 2 2, b 1 1";
        QTest::newRow("a path") << "/loras/12:30/a b.safetensors"
                                << "/loras/12:30/a b.safetensors 1 1";
        QTest::newRow("a file with a colon") << "/loras/12:x.safetensors"
                                             << "/loras/12:x.safetensors 1 1";
        QTest::newRow("a list") << R"(["a;b:0.5", "c"])"
                                << "a;b 0.5 0.5, c 1 1";
        QTest::newRow("a manifest's") << R"([{"name":"a","hash":"","weight":0.5,"text_encoder_weight":0}])"
                                      << "a 0 0.5";
        QTest::newRow("none") << "none"
                              << "";
        QTest::newRow("an empty list") << "[]"
                                       << "";
    }
    void textsAreRead() {
        QFETCH(QString, text);
        const auto loras = asked_loras(text.toStdString(), "p.csv, line 2");
        QTEST(described(loras), "loras");
        QCOMPARE(asked_loras(lora_texts(loras), ""), loras);
    }

    void whatSaysNothingIsRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("sentence");
        const QString weight =
            "p.csv, line 2: the weight of a LoRA must be a number from -100 to 100, as in NAME:0.8, not ";
        QTest::newRow("no number") << "a:strong" << weight + "\"a:strong\".";
        QTest::newRow("too much") << "a:1e3" << weight + "\"a:1e3\".";
        QTest::newRow("no name")
            << ":0.5"
            << "p.csv, line 2: the weight of a LoRA must be a number from -100 to 100, as in NAME:0.8, not \":0.5\".";
        QTest::newRow("nothing between") << "a;;b"
                                         << "p.csv, line 2: a LoRA must have a name, as in NAME:0.8.";
        QTest::newRow("broken JSON")
            << "[a"
            << "p.csv, line 2: loras must be names with semicolons between them, or a JSON list.";
        QTest::newRow("no object") << "[3]"
                                   << "p.csv, line 2: a LoRA in a list must be a text or an object with a name.";
        QTest::newRow("an object's weight") << R"([{"name":"a","weight":"x"}])" << weight + "\"\"x\"\".";
        QTest::newRow("not UTF-8") << QString() << "";
    }
    void whatSaysNothingIsRefused() {
        QFETCH(QString, text);
        QFETCH(QString, sentence);
        try {
            asked_loras(text.isNull() ? std::string("\xff") : text.toStdString(), "p.csv, line 2");
            QFAIL("nothing was thrown");
        } catch (const UsageError& error) {
            if (!text.isNull()) QCOMPARE(QString::fromStdString(error.what()), sentence);
        }
    }

    void tagsAreTakenOut_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("rest");
        QTest::addColumn<QString>("loras");
        QTest::newRow("none") << " a cat <3"
                              << " a cat <3"
                              << "";
        QTest::newRow("at the end") << "a cat <lora:ink>"
                                    << "a cat"
                                    << "ink 1 1";
        QTest::newRow("a weight") << "<lora:ink:0.7>a cat"
                                  << "a cat"
                                  << "ink 0.7 0.7";
        QTest::newRow("two weights") << "a <lora:ink:0.7:0.2> cat"
                                     << "a  cat"
                                     << "ink 0.7 0.2";
        QTest::newRow("by name") << "a <lora:ink:unet=0.2:te=0.7>"
                                 << "a"
                                 << "ink 0.7 0.2";
        QTest::newRow("half by name") << "a <lora:ink:0.5:unet=2>"
                                      << "a"
                                      << "ink 0.5 2";
        QTest::newRow("LyCORIS") << "a <lyco:ink:0.5> <lora:pen:1>"
                                 << "a"
                                 << "ink 0.5 0.5, pen 1 1";
        QTest::newRow("twice") << "a <lora:ink:1> b <lora:ink:2>"
                               << "a  b"
                               << "ink 2 2";
        QTest::newRow("another network's") << "a <hypernet:ink:1>"
                                           << "a <hypernet:ink:1>"
                                           << "";
        QTest::newRow("in a group") << "(a <lora:ink:0.5>:1.2)"
                                    << "(a :1.2)"
                                    << "ink 0.5 0.5";
    }
    void tagsAreTakenOut() {
        QFETCH(QString, prompt);
        std::string text = prompt.toStdString();
        const auto loras = take_lora_tags(text, "Row 1");
        QTEST(described(loras), "loras");
        QTEST(QString::fromStdString(text), "rest");
        std::string again;
        for (const Lora& lora : loras) again += lora_tag(lora);
        QCOMPARE(take_lora_tags(again, ""), loras);
    }

    void tagsAreTakenOutOfAllOfARowsPrompts() {
        PromptRow row{"a <lora:ink:1>", {.negative_prompt = "b <lora:fog:0.5>", .prompt_2 = "c <lora:ink:2>"}, "Row 1"};
        row.overrides.negative_prompt_2 = "<lora:oil:1> d";
        QCOMPARE(described(take_lora_tags(row)), QString("ink 2 2, fog 0.5 0.5, oil 1 1"));
        QCOMPARE(row.prompt, std::string("a"));
        QCOMPARE(*row.overrides.negative_prompt, std::string("b"));
        QCOMPARE(*row.overrides.prompt_2, std::string("c"));
        QCOMPARE(*row.overrides.negative_prompt_2, std::string("d"));
    }

    void brokenTagsAreRefused_data() {
        QTest::addColumn<QString>("tag");
        QTest::newRow("no number") << "<lora:ink:strong>";
        QTest::newRow("no named number") << "<lora:ink:te=x>";
        QTest::newRow("no name") << "<lora::1>";
        QTest::newRow("too many") << "<lora:ink:1:1:1>";
        QTest::newRow("another rank") << "<lora:ink:1:1:dyn=4>";
        QTest::newRow("not a number") << "<lora:ink:nan>";
    }
    void brokenTagsAreRefused() {
        QFETCH(QString, tag);
        std::string text = "a " + tag.toStdString();
        try {
            take_lora_tags(text, "Row 3");
            QFAIL("nothing was thrown");
        } catch (const UsageError& error) {
            QVERIFY2(QString(error.what()).startsWith("Row 3: ") && QString(error.what()).contains(tag), error.what());
        }
    }
};

FANLIGHT_TEST(TestAskedLoras)
#include "tst_asked_loras.moc"
