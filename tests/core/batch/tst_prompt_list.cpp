#include <QTest>

#include "core/base/error.h"
#include "core/batch/items.h"
#include "core/batch/prompt_list.h"

using namespace fanlight;

Q_DECLARE_METATYPE(ListFormat)

class TstPromptList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsOnePromptALine() {
        const auto rows = read_prompts("\xEF\xBB\xBF" "a dog\r\n\r\n# a comment\n  دجاجة 🐔  \rlast", ListFormat::Text, "p.txt");
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[0].prompt, std::string("a dog"));
        QCOMPARE(rows[1].prompt, std::string("دجاجة 🐔"));
        QCOMPARE(rows[1].place, std::string("p.txt, line 4"));
        QCOMPARE(rows[2].prompt, std::string("last"));
    }

    void columnsOverrideParameters() {
        const auto rows = read_prompts(
            "prompt,Seed,steps,CFG scale,width,height,sampler,negative_prompt,images\n"
            "\"a \"\"big\"\"\ndog, brown\",18446744073709551615,12,7.5,128,256,DPM++ 2M Karras,blurry,3\n\n"
            "a cat,,,,,,,,\n",
            ListFormat::Csv, "p.csv");
        QCOMPARE(rows.size(), size_t{2});
        QCOMPARE(rows[0].prompt, std::string("a \"big\"\ndog, brown"));
        QCOMPARE(*rows[0].overrides.seed, UINT64_MAX);
        QCOMPARE(*rows[0].overrides.steps, 12);
        QCOMPARE(*rows[0].overrides.cfg_scale, 7.5);
        QCOMPARE(*rows[0].overrides.sampler, std::string("dpmpp_2m"));
        QCOMPARE(*rows[0].overrides.schedule, std::string("karras"));
        QCOMPARE(*rows[0].overrides.images, 3);
        QVERIFY(!rows[1].overrides.seed);
        QCOMPARE(rows[1].place, std::string("p.csv, line 5"));
    }

    void semicolonsAndTabsSeparateToo() {
        QCOMPARE(*read_prompts("prompt;steps\na;7\n", ListFormat::Csv, "p")[0].overrides.steps, 7);
        QCOMPARE(*read_prompts("prompt\tsteps\na\t7\n", ListFormat::Tsv, "p")[0].overrides.steps, 7);
    }

    void aLogOfA1111IsAccepted() {
        const auto rows = read_prompts("prompt,seed,width,height,sampler,cfgs,steps,filename,negative_prompt,sd_model_name,sd_model_hash\n"
                                       "a dog,5,512,512,Euler a,7,20,x.png,bad,model,abc\n",
                                       ListFormat::Csv, "log.csv");
        QCOMPARE(*rows[0].overrides.sampler, std::string("euler_ancestral"));
        QCOMPARE(*rows[0].overrides.cfg_scale, 7.0);
    }

    void objectsOverrideParametersWithoutLosingDigits() {
        const auto rows = read_prompts("{\"prompt\": \"a\", \"seed\": 18446744073709551615, \"guidance_scale\": 2.5, \"steps\": null}\n\n{\"prompt\":\"b\"}",
                                       ListFormat::JsonLines, "p.jsonl");
        QCOMPARE(rows.size(), size_t{2});
        QCOMPARE(*rows[0].overrides.seed, UINT64_MAX);
        QCOMPARE(*rows[0].overrides.cfg_scale, 2.5);
        QVERIFY(!rows[0].overrides.steps);
    }

    void mistakesNameFileLineAndColumn_data() {
        QTest::addColumn<ListFormat>("format");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, ListFormat format, const char* text, const char* message) {
            QTest::newRow(name) << format << QByteArray(text) << QByteArray(message);
        };
        row("number", ListFormat::Csv, "prompt,steps\na,b\nb,1.5\n", "p, line 2, column 3: steps must be a whole number from 1 to 1000, not \"b\".");
        row("size", ListFormat::Csv, "prompt,width\na,100\n", "p, line 2, column 3: width must be a multiple of 8 from 8 to 16384, not \"100\".");
        row("seed", ListFormat::Csv, "prompt,seed\na,-1\n", "p, line 2, column 3: seed must be a whole number from 0 to 18446744073709551615, not \"-1\".");
        row("seed range", ListFormat::JsonLines, "{\"prompt\":\"a\",\"seed\":18446744073709551616}", "p, line 1, column 15: seed must be a whole number");
        row("column", ListFormat::Csv, "prompt,colour\na,red\n", "p, line 1, column 8: \"colour\" is no parameter; known: prompt, negative_prompt,");
        row("no prompt", ListFormat::Csv, "steps\n1\n", "p, line 1: no column is called prompt");
        row("two prompts", ListFormat::Csv, "prompt,prompt\na,b\n", "p, line 1, column 8: there are two prompt columns.");
        row("cells", ListFormat::Csv, "prompt,steps\na,1,2\n", "p, line 2, column 5: the row has 3 cells and the header 2");
        row("quote", ListFormat::Csv, "prompt\n\"a\n", "p, line 2, column 1: this quote is never closed.");
        row("after quote", ListFormat::Csv, "prompt\n\"a\"b\n", "p, line 2, column 4: text follows a closing quote");
        row("json", ListFormat::JsonLines, "{\"prompt\":\"a\"}\n{\"prompt\":}", "p, line 2, column 11: is not valid JSON");
        row("array", ListFormat::JsonLines, "[1]", "p, line 1, column 1: each line must be an object");
        row("key", ListFormat::JsonLines, "{\"prompt\":\"a\",\"x\":1}", "p, line 1, column 15: \"x\" is no parameter");
        row("type", ListFormat::JsonLines, "{\"prompt\":\"a\",\"steps\":[1]}", "p, line 1, column 15: \"steps\" must be a text or a number.");
        row("sampler", ListFormat::Csv, "prompt,sampler\na,foo\n", "p, line 2, column 3: sampler must be one of ddim, pndm,");
        row("utf-8", ListFormat::Text, "ok\n\xff\n", "p, line 2: the prompt is not UTF-8");
        row("empty", ListFormat::Text, "\n# nothing\n", "p is empty: it holds no prompt.");
        row("header only", ListFormat::Csv, "prompt\n", "p is empty: it holds no prompt.");
    }

    void mistakesNameFileLineAndColumn() {
        QFETCH(ListFormat, format);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        try {
            read_prompts(text.toStdString(), format, "p");
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY2(QByteArray(error.what()).startsWith(message), error.what());
        }
    }

    void aMissingFileAndAnUnknownEndingAreNamed() {
        QVERIFY_EXCEPTION_THROWN(load_prompts("/nowhere/list.txt"), UsageError);
        QVERIFY_EXCEPTION_THROWN(load_prompts("list.docx"), UsageError);
    }

    void seedsCountUpFromTheRunsOrTheRowsOwn() {
        std::vector<PromptRow> rows = {{"a", {}, "1"}, {"b", {}, "2"}, {"c", {}, "3"}};
        rows[1].overrides.seed = 100;
        rows[1].overrides.images = 2;
        ImageDefaults defaults;
        defaults.parameters.seed = 7;
        const auto items = expand(rows, defaults);
        QCOMPARE(items.size(), size_t{4});
        QCOMPARE(items[0].parameters.seed, uint64_t{7});
        QCOMPARE(items[1].parameters.seed, uint64_t{100});
        QCOMPARE(items[2].parameters.seed, uint64_t{101});
        QCOMPARE(items[3].parameters.seed, uint64_t{10});
        QCOMPARE(items[3].row, int64_t{2});
    }

    void aSeedThatRunsOutIsAnError() {
        ImageDefaults defaults;
        defaults.parameters.seed = UINT64_MAX;
        QVERIFY_EXCEPTION_THROWN(expand({{"a", {}, "1"}, {"b", {}, "2"}}, defaults), UsageError);
    }
};

QTEST_APPLESS_MAIN(TstPromptList)
#include "tst_prompt_list.moc"
