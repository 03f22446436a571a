#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/base/error.h"
#include "core/batch/items.h"
#include "core/prompts/prompt_list.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

Q_DECLARE_METATYPE(ListFormat)

namespace {

RowDefaults usual_defaults() {
    return {
        ImageTask{.steps = 20, .cfg_scale = 7.5, .width = 64, .height = 64, .sampler = "ddim", .schedule = "default"},
        1};
}

}  // namespace

class TstPromptList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsOnePromptALine() {
        const auto rows = read_prompts(
            "\xEF\xBB\xBF"
            "a dog\r\n\r\n# a comment\n  دجاجة 🐔  \rlast",
            ListFormat::Text, "p.txt");
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[0].prompt, std::string("a dog"));
        QCOMPARE(rows[1].prompt, std::string("دجاجة 🐔"));
        QCOMPARE(rows[1].source.text(), std::string("p.txt, line 4"));
        QCOMPARE(rows[2].prompt, std::string("last"));
    }

    void aLineMayBeOptions() {
        const auto rows = read_prompts(
            "a dog\n  --prompt \"a \\\"big\\\" cat\" --steps 30 --negative_prompt 'a \\ \"b\"' --sampler_name \"Euler "
            "a\"\t--n_iter 2\n"
            "--- a dash --\n",
            ListFormat::Text, "p.prompts");
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[1].prompt, std::string("a \"big\" cat"));
        QCOMPARE(*rows[1].overrides.negative_prompt, std::string("a \\ \"b\""));
        QCOMPARE(*rows[1].overrides.steps, 30);
        QCOMPARE(*rows[1].overrides.sampler, std::string("euler_ancestral"));
        QCOMPARE(*rows[1].overrides.images, 2);
        QCOMPARE(rows[2].prompt, std::string("--- a dash --"));
    }

    void badOptionsAreRefusedWithTheirPlace_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QByteArray& line, const char* message) {
            QTest::newRow(name) << line << QString(message);
        };
        row("unknown", "--prompt a --hires 2", "F, line 1, column 12: \"hires\" is not a parameter; known: prompt, ");
        row("no value", "--prompt", "F, line 1, column 1: --prompt has no value.");
        row("no prompt", "--steps 3", "F, line 1: the line has options and no --prompt.");
        row("twice", "--steps 3 --prompt a --num_inference_steps 4", "F, line 1, column 22: steps is given twice");
        row("not quoted", "--prompt a dog", "F, line 1, column 12: \"dog\" stands where an option is expected");
        row("not closed", "--prompt دجاجة --negative 'a", "F, line 1, column 27: this quote is never closed.");
        row("bad value", "--prompt a --steps many", "F, line 1, column 20: steps must be a whole number");
        row("a section", "[config]", "F, line 1: sections such as [config] are not understood");
    }
    void badOptionsAreRefusedWithTheirPlace() {
        QFETCH(QByteArray, line);
        QFETCH(QString, message);
        try {
            read_prompts(line.toStdString(), ListFormat::Text, "F");
            QFAIL("no error");
        } catch (const UsageError& error) {
            QVERIFY2(QString::fromUtf8(error.what()).startsWith(message), error.what());
        }
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
        QCOMPARE(rows[1].source.text(), std::string("p.csv, line 5"));
    }

    void semicolonsAndTabsSeparateToo() {
        QCOMPARE(*read_prompts("prompt;steps\na;7\n", ListFormat::Csv, "p")[0].overrides.steps, 7);
        QCOMPARE(*read_prompts("prompt\tsteps\na\t7\n", ListFormat::Tsv, "p")[0].overrides.steps, 7);
    }

    void aLogOfA1111IsAccepted() {
        const auto rows = read_prompts(
            "prompt,seed,width,height,sampler,cfgs,steps,filename,negative_prompt,sd_model_name,sd_model_hash\n"
            "a dog,5,512,512,Euler a,7,20,x.png,bad,model,abc\n",
            ListFormat::Csv, "log.csv");
        QCOMPARE(*rows[0].overrides.sampler, std::string("euler_ancestral"));
        QCOMPARE(*rows[0].overrides.cfg_scale, 7.0);
    }

    void objectsOverrideParametersWithoutLosingDigits() {
        const auto rows = read_prompts(
            "{\"prompt\": \"a\", \"seed\": 18446744073709551615, \"guidance_scale\": 2.5, \"steps\": "
            "null}\n\n{\"prompt\":\"b\"}",
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
            QTest::newRow(name) << format << (text ? QByteArray(text) : QByteArray("a\0b", 3)) << QByteArray(message);
        };
        row("number", ListFormat::Csv, "prompt,steps\na,b\nb,1.5\n",
            "p, line 2, column 3: steps must be a whole number from 1 to 1000, not \"b\".");
        row("size", ListFormat::Csv, "prompt,width\na,100\n",
            "p, line 2, column 3: width must be a multiple of 8 from 8 to 16384, not \"100\".");
        row("seed", ListFormat::Csv, "prompt,seed\na,-2\n",
            "p, line 2, column 3: seed must be a whole number from 0 to 18446744073709551615, not \"-2\".");
        row("seed range", ListFormat::JsonLines, "{\"prompt\":\"a\",\"seed\":18446744073709551616}",
            "p, line 1, column 22: seed must be a whole number from 0 to 18446744073709551615, not");
        row("column", ListFormat::Csv, "prompt,colour\na,red\n",
            "p, line 1, column 8: \"colour\" is not a parameter; known: prompt, negative_prompt,");
        row("no prompt", ListFormat::Csv, "steps\n1\n", "p, line 1, column 1: no column is called prompt");
        row("two prompts", ListFormat::Csv, "prompt,prompt\na,b\n",
            "p, line 1, column 8: prompt is given twice; leave one out.");
        row("cells", ListFormat::Csv, "prompt,steps\na,1,2\n",
            "p, line 2, column 5: the row has 3 cells and the header 2");
        row("quote", ListFormat::Csv, "prompt\n\"a\n", "p, line 2, column 1: this quote is never closed.");
        row("after quote", ListFormat::Csv, "prompt\n\"a\"b\n", "p, line 2, column 4: text follows a closing quote");
        row("json", ListFormat::JsonLines, "{\"prompt\":\"a\"}\n{\"prompt\":}",
            "p, line 2, column 11: is not valid JSON: syntax error");
        row("array", ListFormat::JsonLines, "[1]", "p, line 1, column 1: each line must be an object");
        row("key", ListFormat::JsonLines, "{\"prompt\":\"a\",\"x\":1}",
            "p, line 1, column 15: \"x\" is not a parameter");
        row("type", ListFormat::JsonLines, "{\"prompt\":\"a\",\"steps\":[1]}",
            "p, line 1, column 23: this must be a text or a number.");
        row("bare prompt", ListFormat::JsonLines, "{\"prompt\": 5}",
            "p, line 1, column 12: a prompt must be a text in quotes, not 5.");
        row("empty object", ListFormat::JsonLines, "{}", "p, line 1, column 1: the object has no \"prompt\".");
        row("null prompt", ListFormat::JsonLines, "{\"prompt\":null,\"steps\":2}",
            "p, line 1, column 1: the object has no");
        row("blank prompt alone", ListFormat::JsonLines, "{\"prompt\":\" \"}",
            "p, line 1, column 1: the prompt is empty, and");
        row("key twice", ListFormat::JsonLines, "{\"prompt\":\"a\",\"steps\":5,\"steps\":6}",
            "p, line 1, column 25: steps is given twice; leave one out.");
        row("alias twice", ListFormat::JsonLines, "{\"prompt\":\"a\",\"steps\":5,\"num_inference_steps\":6}",
            "p, line 1, column 25: steps is given twice; leave one out.");
        row("value like a key", ListFormat::JsonLines, "{\"prompt\": \"steps\", \"steps\": \"q\"}",
            "p, line 1, column 30: steps must be a whole number");
        row("escaped key", ListFormat::JsonLines, "{\"prompt\":\"a\",\"st\\u0065ps\":\"q\"}",
            "p, line 1, column 28: steps must be a whole number");
        row("columns are characters", ListFormat::JsonLines, "{\"prompt\":\"دجاجة\",\"x\":1}",
            "p, line 1, column 19: \"x\" is no");
        row("escaped NUL", ListFormat::JsonLines, "{\"prompt\":\"a\\u0000b\"}",
            "p, line 1, column 11: the prompt holds a NUL");
        row("half an emoji", ListFormat::JsonLines, "{\"prompt\":\"\\ud83d\"}",
            "p, line 1, column 18: is not valid JSON");
        row("two objects", ListFormat::JsonLines, "{\"prompt\":\"a\"} {}", "p, line 1, column 16: is not valid JSON");
        row("cut off", ListFormat::JsonLines, "{\"prompt\":\"a\",", "p, line 1, column 14: is not valid JSON");
        row("two columns", ListFormat::Csv, "prompt,steps,Num-Inference Steps\na,1,2\n",
            "p, line 1, column 14: steps is given twice; leave one out.");
        row("two schedules", ListFormat::Csv, "prompt,sampler,schedule\na,DPM++ 2M Karras,exponential\n",
            "p, line 2, column 19: the schedule is exponential here and karras elsewhere; leave one out.");
        row("cell after Arabic", ListFormat::Csv, "prompt,steps\nدجاجة,b\n", "p, line 2, column 7: steps must be");
        row("cell after line end", ListFormat::Csv, "prompt,steps\r\n\"a\r\nb\",c\r\n",
            "p, line 3, column 4: steps must be");
        row("value of two lines", ListFormat::Csv, "prompt,steps\na,\"1\n2\"\n",
            "p, line 2, column 3: steps must be a whole number from 1 to 1000, not \"1\\x0a2\".");
        row("NUL", ListFormat::Text, nullptr, "p, line 1, column 2: there is a NUL character; save the file as UTF-8.");
        row("UTF-16", ListFormat::Csv, "\xff\xfep",
            "p, line 1, column 1: the text is not UTF-8; save the file as UTF-8.");
        row("ignored column", ListFormat::Csv, "prompt,file\na,\xff\n", "p, line 2, column 3: the text is not UTF-8");
        row("timesteps", ListFormat::Csv, "prompt,timesteps\na,\"1,2\"\n",
            "p, line 2, column 3: timesteps must be descending whole numbers from 99999 to 0, such as "
            "999,749,499,249, not \"1,2\".");
        row("sampler", ListFormat::Csv, "prompt,sampler\na,foo\n",
            "p, line 2, column 3: sampler must be one of ddim, pndm,");
        row("utf-8", ListFormat::Text, "ok\n\xff\n",
            "p, line 2, column 1: the text is not UTF-8; save the file as UTF-8.");
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

    /// Who takes the rows may say why not with a full stop, or without.
    void aRefusedRowEndsTheSentenceOnce() {
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("list.txt").toStdString();
        write_bytes(file, "a dog\n");
        for (const std::string reason : {"too bad", "too bad."})
            QCOMPARE(error_of([&] { load_prompts(file, [&](PromptRow) { throw Error(Sentence(reason)); }); }),
                     std::string("too bad."));
    }

    void blankRowsAndTrailingDelimitersAreLeftOut() {
        const auto rows = read_prompts("\n,,\nprompt,steps,\na,1,,\n ,,\n,2\nb\n", ListFormat::Csv, "p");
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[0].prompt, std::string("a"));
        QCOMPARE(rows[1].prompt, std::string());  // an unconditional picture
        QCOMPARE(*rows[1].overrides.steps, 2);
        QCOMPARE(rows[2].source.text(), std::string("p, line 7"));
    }

    void theFirstLineDecidesOnTheDelimiter() {
        QCOMPARE(read_prompts("prompt;steps;seed\n\"a, b\";1;2\n", ListFormat::Csv, "p")[0].prompt,
                 std::string("a, b"));
        QCOMPARE(read_prompts("prompt\na;b;c\n", ListFormat::Csv, "p")[0].prompt, std::string("a;b;c"));
    }

    void ourOwnManifestIsAccepted() {
        const auto rows = read_prompts(
            "row,index,file,prompt,negative_prompt,seed,steps,cfg_scale,width,height,sampler,schedule,"
            "clip_skip,model,model_hash,dtype,device_kind,batch_size,threads,loras,prediction,zero_snr,sha256,bytes,"
            "device_name,"
            "device_uuid,worker,seconds,finished_at\n"
            "0,0,a.png,a dog,,5,20,7,64,64,ddim,default,0,m,h,float32,cpu,1,1,,,false,x,1,cpu,,0,1,now\n",
            ListFormat::Csv, "manifest.csv");
        QCOMPARE(rows[0].prompt, std::string("a dog"));
        QCOMPARE(*rows[0].overrides.seed, uint64_t{5});
    }

    void valuesInIgnoredKeysMayBeNested() {
        const auto rows = read_prompts(R"({"file": {"prompt": [1, {"x": 2}]}, "prompt": "a", "seconds": null})",
                                       ListFormat::JsonLines, "p");
        QCOMPARE(rows[0].prompt, std::string("a"));
    }

    void textsOfNumbersCountAsNumbers() {
        const auto rows = read_prompts(R"({"prompt": "a", "seed": "18446744073709551615", "Sampler": "Euler a"})",
                                       ListFormat::JsonLines, "p");
        QCOMPARE(*rows[0].overrides.seed, UINT64_MAX);
        QCOMPARE(*rows[0].overrides.sampler, std::string("euler_ancestral"));
    }

    void standardInputIsSniffed() {
        QCOMPARE(sniff_format("\xEF\xBB\xBF\n {\"prompt\":\"a\"}"), ListFormat::JsonLines);
        QCOMPARE(sniff_format("a {dog|cat}"), ListFormat::Text);
    }

    void seedsCountUpFromTheRunsOrTheRowsOwn() {
        std::vector<PromptRow> rows = {{"a", {}, "1"}, {"b", {}, "2"}, {"c", {}, "3"}};
        rows[1].overrides.seed = 100;
        rows[1].overrides.images = 2;
        RowDefaults defaults = usual_defaults();
        defaults.task.edit<ImageTask>().seed = 7;
        const auto items = expand(rows, defaults);
        QCOMPARE(items.size(), size_t{4});
        QCOMPARE(image_of(items[0]).seed, uint64_t{7});
        QCOMPARE(image_of(items[1]).seed, uint64_t{100});
        QCOMPARE(image_of(items[2]).seed, uint64_t{101});
        QCOMPARE(image_of(items[3]).seed, uint64_t{10});
        QCOMPARE(items[3].row, int64_t{2});
    }

    void aRowsOwnSeedCountsAlongTheRowAndTheRunsAlongTheRun() {
        QCOMPARE(seed_of_item(42, 5, std::nullopt, 2), std::optional<uint64_t>(47));
        QCOMPARE(seed_of_item(42, 5, 100, 2), std::optional<uint64_t>(102));
        QVERIFY(!seed_of_item(UINT64_MAX, 1, std::nullopt, 0) && !seed_of_item(0, 0, UINT64_MAX, 1));
        QCOMPARE(items_of_row(std::nullopt, 3), 3);
        QCOMPARE(items_of_row(2, 3), 2);
    }

    void aRandomSeedIsDrawnForEachRow() {
        const auto rows = read_prompts("prompt,seed,images\na,-1,2\nb,-1.0,1\nc,5,1\n", ListFormat::Csv, "p");
        QVERIFY(rows[0].overrides.random_seed && rows[1].overrides.random_seed && !rows[2].overrides.random_seed);
        const auto items = expand(rows, usual_defaults()), again = expand(rows, usual_defaults());
        QCOMPARE(image_of(items[1]).seed, image_of(items[0]).seed + 1);
        QVERIFY(image_of(items[0]).seed != image_of(again[0]).seed ||
                image_of(items[2]).seed != image_of(again[2]).seed);
        QVERIFY(image_of(items[0]).seed <= UINT32_MAX);
        QCOMPARE(image_of(items[3]).seed, uint64_t{5});
    }

    void allItemsMayHaveTheSameSeed() {
        RowDefaults defaults = usual_defaults();
        defaults.task.edit<ImageTask>().seed = 7;
        defaults.items_per_row = 2;
        defaults.same_seed = true;
        std::vector<PromptRow> rows = {{"a", {}, "1"}, {"b", {}, "2"}};
        rows[1].overrides.seed = 100;
        const auto items = expand(rows, defaults);
        QVERIFY(image_of(items[0]).seed == 7 && image_of(items[1]).seed == 7);
        QVERIFY(image_of(items[2]).seed == 100 && image_of(items[3]).seed == 100);
    }

    void variationsCountOnWhereTheSeedStays() {
        RowDefaults defaults = usual_defaults();
        auto& image = defaults.task.edit<ImageTask>();
        image.seed = 7, image.subseed = 20, image.subseed_strength = 0.1;
        defaults.items_per_row = 2;
        defaults.same_seed = true;
        std::vector<PromptRow> rows = {{"a", {}, "1"}, {"b", {}, "2"}, {"c", {}, "3"}};
        rows[1].overrides.subseed = 100;
        rows[2].overrides.subseed_strength = 0;
        std::vector<uint64_t> subseeds;
        for (const Item& item : expand(rows, defaults)) subseeds.push_back(image_of(item).subseed);
        QCOMPARE(subseeds, (std::vector<uint64_t>{20, 21, 100, 101, 0, 0}));
    }

    void aSeedThatRunsOutIsAnError() {
        RowDefaults defaults = usual_defaults();
        defaults.task.edit<ImageTask>().seed = UINT64_MAX;
        QCOMPARE(image_of(expand({{"a", {}, "1"}}, defaults)[0]).seed, UINT64_MAX);
        QVERIFY_EXCEPTION_THROWN(expand({{"a", {}, "1"}, {"b", {}, "2"}}, defaults), UsageError);
    }

    void whatDoesNotFitTogetherIsFoundBeforeAnythingIsMade_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("schedule") << QByteArray(R"({"prompt":"a","sampler":"ddim","schedule":"karras"})")
                                  << QByteArray(
                                         "p, line 1: sampler ddim cannot follow the schedule karras; choose another");
        QTest::newRow("too many") << QByteArray(R"({"prompt":"a","steps":1})") +
                                         QByteArray("\n{\"prompt\":\"b\",\"n\":10000}").repeated(1000)
                                  << QByteArray("p, line 1001: the list makes more than ten million images.");
    }

    void whatDoesNotFitTogetherIsFoundBeforeAnythingIsMade() {
        QFETCH(QByteArray, row);
        QFETCH(QByteArray, message);
        try {
            expand(read_prompts(row.toStdString(), ListFormat::JsonLines, "p"), usual_defaults());
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY2(QByteArray(error.what()).startsWith(message), error.what());
        }
    }

    void defaultsKeepTheSameRulesAsRows() {
        const auto refused = [](auto change) {
            RowDefaults defaults = usual_defaults();
            change(defaults);
            try {
                expand({{"a", {}, "p, line 1"}}, defaults);
            } catch (const UsageError& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        QCOMPARE(refused([](RowDefaults&) {}), std::string());
        QCOMPARE(refused([](RowDefaults& d) { d.task.edit<ImageTask>().steps = 0; }),
                 std::string("p, line 1: steps must be a whole number from 1 to 1000, not \"0\"."));
        QVERIFY(!refused([](RowDefaults& d) { d.task.edit<ImageTask>().cfg_scale = NAN; }).empty());
        QVERIFY(!refused([](RowDefaults& d) { d.task.edit<ImageTask>().width = 60; }).empty());
        QVERIFY(!refused([](RowDefaults& d) { d.task.edit<ImageTask>().sampler = "Euler a"; }).empty());
        QVERIFY(!refused([](RowDefaults& d) { d.items_per_row = 0; }).empty());
    }
};

FANLIGHT_TEST(TstPromptList)
#include "tst_prompt_list.moc"
