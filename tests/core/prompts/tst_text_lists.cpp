#include <QTest>

#include "core/base/error.h"
#include "core/batch/list_reading.h"
#include "core/prompts/prompt_list.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::vector<PromptRow> rows_of(const std::string& text, const ListReading& reading = {}) {
    std::vector<PromptRow> rows;
    read_prompts(
        text, ListFormat::Text, "L", [&](PromptRow row) { rows.push_back(std::move(row)); }, reading);
    return rows;
}

QByteArray error_of(const std::string& text) {
    try {
        rows_of(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

/// Lists of one prompt a line, with what editors and joining leave in them.
class TstTextLists : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesOfInvisibleCharactersAreBlank() {
        const auto rows =
            rows_of("a dog\n\u3000\n\u200B\n\u200E\n\u00A0\u00A0\n\u2060\uFEFF\n\u00AD\u200D\n\u2003b\u00A0\n");
        QCOMPARE(rows.size(), size_t{2});
        QCOMPARE(rows[1].prompt, std::string("b"));
        QCOMPARE(rows[1].source.text(), std::string("L, line 8"));
        QCOMPARE(error_of("\u3000\n\u200B"), QByteArray("L is empty: it holds no prompt."));
    }

    void whatBelongsToACharacterStays() {
        QCOMPARE(rows_of("\u2764\uFE0F")[0].prompt, std::string("\u2764\uFE0F"));
        QCOMPARE(rows_of("\u200Fدجاجة\u200F\u00A0")[0].prompt, std::string("\u200Fدجاجة\u200F"));
        QCOMPARE(rows_of("a\u00A0b\u200Bc")[0].prompt, std::string("a\u00A0b\u200Bc"));
    }

    void marksOfJoinedFilesAreDropped() {
        const auto rows =
            rows_of("\uFEFFa dog\n\uFEFF--prompt \"a cat\" --steps 4\n\uFEFF# comment\n\uFEFF\n\uFEFFb\r\n");
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[0].prompt, std::string("a dog"));
        QCOMPARE(rows[1].prompt, std::string("a cat"));
        QVERIFY(rows[1].overrides.steps == 4);
        QCOMPARE(rows[2].prompt, std::string("b"));
    }

    void optionsMayHaveOtherBlanksAroundThem() {
        for (const char* line : {"\u00A0--prompt \"a cat\" --steps 4",
                                 "\u3000--prompt\u00A0\"a cat\"\u2003--steps\u00A0"
                                 "4\u00A0",
                                 "\u200E--prompt 'a cat' --steps 4"}) {
            const auto rows = rows_of(line);
            QCOMPARE(rows[0].prompt, std::string("a cat"));
            QVERIFY(rows[0].overrides.steps == 4);
        }
        QCOMPARE(rows_of("--prompt 'a\u00A0"
                         "cat'")[0]
                     .prompt,
                 std::string("a\u00A0"
                             "cat"));
        QVERIFY(error_of("\u3000--prompt a --steps x").startsWith("L, line 1, column 21: steps must be"));
    }

    void otherDashesBeforeAnOptionAreRefused_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("column");
        const auto row = [](const char* name, const char* line, int column) {
            QTest::newRow(name) << QByteArray(line) << column;
        };
        row("em dash", "\u2014prompt \"a cat\"", 1);
        row("en dash and hyphen", "a\n \u2013-steps 4 --prompt a", 2);
        row("two en dashes", "\u2013\u2013negative-prompt x", 1);
        row("minus signs", "\u2212\u2212seed 5", 1);
        row("full width", "\uFF0D\uFF0Dprompt a", 1);
        row("no-break hyphens",
            "\u2011\u2011"
            "CFG-scale 5",
            1);
        row("with a value", "\u2014seed=5", 1);
        row("something invisible", "-\u200B-prompt a", 1);
        row("behind the dashes", "--\u00ADprompt a", 1);
        row("in the line", "--prompt \"a cat\" \u2014steps 4", 18);
    }
    void otherDashesBeforeAnOptionAreRefused() {
        QFETCH(QByteArray, line);
        QFETCH(int, column);
        const QByteArray place =
            "L, line " + QByteArray::number(line.count('\n') + 1) + ", column " + QByteArray::number(column);
        const QByteArray error = error_of(line.toStdString());
        QVERIFY2(error.startsWith(place + ": ") && error.contains("; write --"), error);
    }

    void otherDashesBeforeWordsAreAPrompt() {
        for (const char* line :
             {"\u2014 prompt a", "\u2014", "\u2013\u2013colour red", "- seed", "-seed 5", "\u2014the seed"})
            QCOMPARE(rows_of(line)[0].prompt, std::string(line));
    }

    void settingsCountForTheLinesThatFollow() {
        const auto rows = rows_of(
            "a\n!STEPS = 30\n!scale=7.5\n ! NEG_PROMPT = blurry, dark \n!seed = -1\nb\n--prompt c --steps 5\n!STEPS "
            "=\nd\n");
        QCOMPARE(rows.size(), size_t{4});
        QVERIFY(!rows[0].overrides.steps);
        QVERIFY(rows[1].overrides.steps == 30 && rows[1].overrides.cfg_scale == 7.5 && rows[1].overrides.random_seed);
        QCOMPARE(*rows[1].overrides.negative_prompt, std::string("blurry, dark"));
        QVERIFY(rows[2].overrides.steps == 5 && rows[2].overrides.cfg_scale == 7.5);
        QVERIFY(!rows[3].overrides.steps && rows[3].overrides.cfg_scale == 7.5);
    }

    void aLinesOwnScheduleGoesBeforeASetting() {
        const auto rows = rows_of("!SCHEDULE = exponential\n--prompt a --sampler \"DPM++ 2M Karras\"\nb\n");
        QCOMPARE(*rows[0].overrides.schedule, std::string("karras"));
        QCOMPARE(*rows[1].overrides.schedule, std::string("exponential"));
    }

    void wrongSettingsAreRefused() {
        QVERIFY(error_of("!CKPT_FILE = x\na").startsWith("L, line 1, column 1: \"CKPT_FILE\" is not a parameter"));
        QVERIFY(error_of("a\n !STEPS = many\n").startsWith("L, line 2, column 2: steps must be"));
        QVERIFY(error_of("!PROMPT = a\n").startsWith("L, line 1, column 1: a prompt is no setting"));
        QVERIFY(error_of("[Prompts 2-6 \" and \"]\na").startsWith("L, line 1: sections such as"));
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        QCOMPARE(rows_of("!MODEL = x\na\n", reading)[0].overrides.model, std::optional<std::string>("x"));
        rows_of("!DTYPE = x\na\n", reading);
        QVERIFY(notes.sentences().at(0).text().starts_with("The column DTYPE has no effect in 1 row (L, line 1)"));
    }

    void exclamationsAreNoSettings() {
        for (const char* line : {"!", "!wow", "! a (b) = c", "a !steps = 3"})
            QCOMPARE(rows_of(line)[0].prompt, std::string(line));
    }

    void aDrawnSeedIsMinusOne() {
        const auto row = rows_of("--prompt a --seed -1")[0];
        QVERIFY(row.overrides.random_seed && !row.overrides.seed);
        QVERIFY(error_of("--prompt a --seed -2").contains("seed must be a whole number"));
    }
};

FANLIGHT_TEST(TstTextLists)
#include "tst_text_lists.moc"
