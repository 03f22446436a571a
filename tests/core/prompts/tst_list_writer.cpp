#include <QTest>
#include <algorithm>

#include "core/base/error.h"
#include "core/prompts/list_writer.h"
#include "core/prompts/prompt_json.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// From an object with ' for ".
PromptRow row_of(std::string line) {
    std::replace(line.begin(), line.end(), '\'', '"');
    PromptRow row;
    read_prompt_object(line, row);
    return row;
}

std::string objects_of(const std::vector<PromptRow>& rows) {
    std::string text;
    for (const PromptRow& row : rows) text += prompt_object(row) + "\n";
    return text;
}

}  // namespace

/// Whatever is written reads back as the same rows.
class TstListWriter : public QObject {
    Q_OBJECT

    static void addFormats() {
        QTest::addColumn<int>("format");
        QTest::newRow("text") << int(ListFormat::Text);
        QTest::newRow("csv") << int(ListFormat::Csv);
        QTest::newRow("tsv") << int(ListFormat::Tsv);
        QTest::newRow("jsonl") << int(ListFormat::JsonLines);
    }

private Q_SLOTS:
    void everyRowReadsBack_data() { addFormats(); }
    void everyRowReadsBack() {
        QFETCH(int, format);
        std::vector<PromptRow> rows;
        for (const char* prompt : {"a cat",
                                   "a, b; c\td | e",
                                   "\"quoted\" and \\ \\\" slashed",
                                   "'single'",
                                   "#1girl, standing",
                                   "--no frills",
                                   "--prompt a",
                                   "!STEPS = 5",
                                   "[config]",
                                   "[a|b]",
                                   "{a|b} c",
                                   "prompt",
                                   "sep=;",
                                   "seed",
                                   "a\u00A0b",
                                   " in blanks ",
                                   "\u200Bunseen first",
                                   "\u2014 a long dash",
                                   "\u2014steps 30",
                                   "=1+1",
                                   "قطة 😀",
                                   "\uFEFFmark",
                                   "<lora:x:1>"})
            rows.push_back({prompt, {}, "made"});
        rows.push_back(row_of("{'prompt':'prompt','negative_prompt':'negative_prompt'}"));
        rows.push_back(
            row_of("{'prompt':'a','negative_prompt':'b, \\'c\\'\\td','seed':18446744073709551615,'steps':4}"));
        rows.push_back(row_of("{'prompt':'a','cfg_scale':7.5,'width':512,'height':768,'sampler':'Euler a'}"));
        rows.push_back(row_of("{'prompt':'a','seed':-1,'literal':true,'emphasis':'no-norm','images':3}"));
        rows.push_back(row_of("{'prompt':'a','sampler':'ddim','eta':0.5,'rescale_cfg':0.7,'cfg_end':0.25}"));
        rows.push_back(row_of("{'prompt':'a','cfg_scale':3.5,'true_cfg_scale':2.5,'negative_prompt':'grey'}"));
        rows.push_back(row_of("{'prompt':'a','refiner_switch':0.75}"));
        rows.push_back(row_of("{'prompt':'a','subseed':18446744073709551615,'subseed_strength':0.5}"));
        rows.push_back(row_of("{'prompt':'a','prompt_2':' b, c ','negative_prompt_2':'12'}"));
        rows.push_back(row_of("{'prompt':'a','timesteps':[999,749,499,249]}"));
        rows.push_back(row_of("{'prompt':'a','timesteps':'none','steps':8}"));
        rows.push_back(row_of("{'prompt':'','steps':5}"));
        rows.push_back(row_of("{'prompt':'a','negative_prompt':''}"));
        const std::string text = list_text(rows, ListFormat(format));
        const auto read = read_prompts(text, ListFormat(format), "L");
        QCOMPARE(QByteArray::fromStdString(objects_of(read)), QByteArray::fromStdString(objects_of(rows)));
    }

    void oneRowThatIsLikeAHeaderReadsBack_data() { addFormats(); }
    void oneRowThatIsLikeAHeaderReadsBack() {
        QFETCH(int, format);
        const std::vector<PromptRow> rows = {{"prompt", {}, ""}};
        QCOMPARE(read_prompts(list_text(rows, ListFormat(format)), ListFormat(format), "L").size(), rows.size());
    }

    void linesWithinAPromptStay() {
        const std::vector<PromptRow> rows = {row_of("{'prompt':'a dog\\nin snow','negative_prompt':'b\\nc','seed':5}")};
        for (const ListFormat format : {ListFormat::Csv, ListFormat::Tsv, ListFormat::JsonLines})
            QCOMPARE(objects_of(read_prompts(list_text(rows, format), format, "L")), objects_of(rows));
    }

    void aTextRefusesWhatItCannotHold() {
        try {
            list_text({{"a", {}, "Row 1"}, {"a dog\nin snow", {}, "Row 2"}}, ListFormat::Text);
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY(QByteArray(error.what()).startsWith("Row 2: a list that ends in .txt"));
        }
    }

    void plainPromptsAreLines() {
        QCOMPARE(list_text({{"a cat", {}, ""}, {"", {}, ""}, {"a (dog:1.2)", {}, ""}}, ListFormat::Text),
                 std::string("a cat\na (dog:1.2)\n"));
    }

    void aTableHasTheColumnsThatAreUsed() {
        QCOMPARE(list_text({row_of("{'prompt':'a, b','steps':4}"), {"c", {}, ""}}, ListFormat::Csv),
                 std::string("prompt,seed,steps\n\"a, b\",,4\nc,,\n"));
    }

    /// No negative prompt, an empty cell, which leaves it to the run, and an empty text.
    void negativePromptsAreToldApart() {
        const std::vector<PromptRow> rows = {row_of("{'prompt':'a'}"), row_of("{'prompt':'b','negative_prompt':null}"),
                                             row_of("{'prompt':'c','negative_prompt':''}"),
                                             row_of("{'prompt':'d','negative_prompt':'e'}")};
        QCOMPARE(list_text(rows, ListFormat::Csv),
                 std::string("prompt,negative_prompt,has_negative_prompt,seed\na,,no,\nb,,,\nc,,yes,\nd,e,,\n"));
        for (const ListFormat format : {ListFormat::Csv, ListFormat::Tsv, ListFormat::JsonLines})
            QCOMPARE(objects_of(read_prompts(list_text(rows, format), format, "L")), objects_of(rows));
        const PromptRow nothing{"", {.blank_negative_prompt = true}, ""};
        QCOMPARE(list_text({nothing}, ListFormat::JsonLines), std::string());
    }

    void nothingIsAnEmptyList_data() { addFormats(); }
    void nothingIsAnEmptyList() {
        QFETCH(int, format);
        QCOMPARE(list_text({{"  ", {}, ""}}, ListFormat(format)), std::string());
    }

    /// Of a text from elsewhere a line of dashes is an option line only if it says so.
    void pastedDashesAreText() {
        ListReading pasted;
        pasted.is_pasted = true;
        const auto read = [&](const std::string& text, const ListReading& reading) {
            std::vector<PromptRow> rows;
            read_prompts(
                text, ListFormat::Text, "L", [&](PromptRow row) { rows.push_back(std::move(row)); }, reading);
            return rows;
        };
        const auto rows =
            read("--no frills\n\u2014steps of stone\n-- a\n--prompts of old\n--steps 4 --prompt \"a cat\"\n", pasted);
        QCOMPARE(rows.size(), size_t{5});
        QCOMPARE(rows[0].prompt, std::string("--no frills"));
        QCOMPARE(rows[3].prompt, std::string("--prompts of old"));
        QCOMPARE(rows[4].prompt, std::string("a cat"));
        QVERIFY(rows[4].overrides.steps == 4);
        QVERIFY_EXCEPTION_THROWN(read("--stesp 4 --prompt a\n", pasted), UsageError);
        QVERIFY_EXCEPTION_THROWN(read("--no frills\n", {}), UsageError);
    }
};

FANLIGHT_TEST(TstListWriter, QCoreApplication)
#include "tst_list_writer.moc"
