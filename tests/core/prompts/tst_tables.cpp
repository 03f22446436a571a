#include <QTest>

#include "core/base/error.h"
#include "core/batch/list_reading.h"
#include "core/batch/text_task.h"
#include "core/prompts/prompt_list.h"
#include "tests/support/sentences.h"
#include "tests/support/test.h"

using namespace fanlight;

Q_DECLARE_METATYPE(ListFormat)

namespace {

std::vector<PromptRow> rows_of(const std::string& text, ListFormat format, const ListReading& reading = {}) {
    std::vector<PromptRow> rows;
    read_prompts(
        text, format, "L", [&](PromptRow row) { rows.push_back(std::move(row)); }, reading);
    return rows;
}

QByteArray error_of(const std::string& text, ListFormat format, const ListReading& reading = {}) {
    try {
        rows_of(text, format, reading);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

ListReading renamed(const char* columns) {
    ListReading reading;
    reading.columns.rename(columns, "--columns");
    return reading;
}

std::string utf16(const std::u16string& text, bool big_endian) {
    std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
    for (const char16_t unit : text) {
        const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    }
    return bytes;
}

}  // namespace

/// Tables of spreadsheets, pandas and other programs.
class TstTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDelimiterIsFound_data() {
        QTest::addColumn<ListFormat>("format");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, ListFormat format, const char* text) {
            QTest::newRow(name) << format << QByteArray(text);
        };
        row("Excel", ListFormat::Csv, "sep=;\r\nprompt;seed\r\na, b;5\r\n");
        row("Excel with a mark", ListFormat::Csv, "\xEF\xBB\xBFsep=;\r\nprompt;seed\r\na, b;5\r\n");
        row("in quotes", ListFormat::Csv, "\"sep=;\"\nprompt;seed\na, b;5\n");
        row("capitals, empty cells", ListFormat::Csv, "SEP=;;;\nprompt;seed\na, b;5\n");
        row("after a blank line", ListFormat::Csv, "\n\nsep=|\nprompt|seed\na, b|5\n");
        row("a named tab", ListFormat::Csv, "sep=\t\nprompt\tseed\na, b\t5\n");
        row("a named comma", ListFormat::Tsv, "sep=,\nprompt,seed\n\"a, b\",5\n");
        row("tabs in .csv", ListFormat::Csv, "prompt\tseed\na, b\t5\n");
        row("commas in .tsv", ListFormat::Tsv, "prompt,seed\n\"a, b\",5\n");
        row("bars", ListFormat::Csv, "prompt|seed\na, b|5\n");
        row("quotes", ListFormat::Csv, "\"prompt\";\"seed\"\n\"a, b\";\"5\"\n");
        row("a title with commas", ListFormat::Csv, "\"place, in the list, of all\",prompt,seed\n,\"a, b\",5\n");
    }
    void theDelimiterIsFound() {
        QFETCH(ListFormat, format);
        QFETCH(QByteArray, text);
        ListReading reading;
        reading.columns.ignore_others();
        const auto rows = rows_of(text.toStdString(), format, reading);
        QCOMPARE(rows.size(), size_t{1});
        QCOMPARE(rows[0].prompt, std::string("a, b"));
        QCOMPARE(*rows[0].overrides.seed, uint64_t{5});
    }

    void aLineThatNamesNoDelimiterIsAHeader() {
        QVERIFY(error_of("sep=x\nprompt\na\n", ListFormat::Csv).startsWith("L, line 1, column 1: \"sep=x\" is no"));
        QVERIFY(error_of("sep=\nprompt\na\n", ListFormat::Csv).startsWith("L, line 1, column 1: \"sep=\" is no"));
    }

    void linesAreCountedFromTheFilesFirst() {
        QVERIFY(error_of("sep=;\r\nprompt;steps\r\na;b\r\n", ListFormat::Csv).startsWith("L, line 3, column 3: steps"));
    }

    void pandasIndexIsPassedOver() {
        QCOMPARE(*rows_of(",prompt,seed\n0,a dog,5\n", ListFormat::Csv)[0].overrides.seed, uint64_t{5});
        QCOMPARE(*rows_of("Unnamed: 0,prompt,seed\n0,a,5\n", ListFormat::Csv)[0].overrides.seed, uint64_t{5});
        QCOMPARE(*rows_of("\tprompt\tseed\n0\ta\t5\n", ListFormat::Tsv)[0].overrides.seed, uint64_t{5});
        QCOMPARE(rows_of(",,prompt\nx,1,a\n,2,b\n", ListFormat::Csv)[1].prompt, std::string("b"));
    }

    void aNamelessColumnElsewhereMustBeEmpty() {
        QCOMPARE(rows_of("prompt,,seed\na,,5\n", ListFormat::Csv).size(), size_t{1});
        QVERIFY(error_of("prompt,,seed\na,b,5\n", ListFormat::Csv)
                    .startsWith("L, line 2, column 3: \"b\" stands in a column without a name"));
    }

    void wholeNumbersMayHaveAPoint() {
        const auto rows = rows_of("prompt,seed,steps,width,n\na,42.0,4.0,64.00,2.0\nb,,,,\n", ListFormat::Csv);
        QVERIFY(rows[0].overrides.seed == 42u && rows[0].overrides.steps == 4 && rows[0].overrides.width == 64);
        QVERIFY(rows[0].overrides.images == 2 && !rows[1].overrides.seed);
        QVERIFY(rows_of(R"({"prompt": "a", "seed": 42.0})", ListFormat::JsonLines)[0].overrides.seed == 42u);
        QVERIFY(error_of("prompt,seed\na,42.5\n", ListFormat::Csv).contains("seed must be a whole number"));
        QVERIFY(error_of("prompt,seed\na,.0\n", ListFormat::Csv).contains("seed must be a whole number"));
        QVERIFY(rows_of("prompt,seed\na,9007199254740991.0\n", ListFormat::Csv)[0].overrides.seed == 9007199254740991u);
        QVERIFY(error_of("prompt,seed\na,9007199254740993.0\n", ListFormat::Csv).contains("may have been rounded"));
    }

    void commasAreDecimalWhereTheyAreNoDelimiter() {
        const auto rows = rows_of("prompt;cfg;seed;negative\na;7,5;42,0;7,5\n", ListFormat::Csv);
        QVERIFY(rows[0].overrides.cfg_scale == 7.5 && rows[0].overrides.seed == 42u);
        QCOMPARE(*rows[0].overrides.negative_prompt, std::string("7,5"));  // a text
        QVERIFY(rows_of("prompt\tcfg\na\t7,5\n", ListFormat::Tsv)[0].overrides.cfg_scale == 7.5);
        QVERIFY(error_of("prompt;cfg\na;1,234,5\n", ListFormat::Csv).contains("not \"1,234,5\""));
        QVERIFY(error_of("prompt,cfg\na,\"7,5\"\n", ListFormat::Csv).contains("not \"7,5\""));
    }

    void blanksOfUnicodeAreBlank() {
        const auto rows = rows_of(
            "\xC2\xA0prompt ;\xC2\xA0"
            "CFG\xC2\xA0scale\xC2\xA0;\xE3\x80\x80;seed\n"
            "a;\xC2\xA0"
            "7.5\xC2\xA0;\xE2\x80\x8B;\xE2\x80\xAF"
            "5\n\xC2\xA0;;;\n",
            ListFormat::Csv);
        QCOMPARE(rows.size(), size_t{1});
        QVERIFY(rows[0].overrides.cfg_scale == 7.5 && rows[0].overrides.seed == 5u);
        QVERIFY(rows_of("{\"prompt\": \"a\", \"num\xE2\x80\x91inference\xC2\xA0steps\": \" 7\xC2\xA0\"}",
                        ListFormat::JsonLines)[0]
                    .overrides.steps == 7);
        QCOMPARE(rows_of("\xC2\xA0{\"prompt\":\"a\"}\xC2\xA0\n\xE3\x80\x80\n", ListFormat::JsonLines).size(),
                 size_t{1});
    }

    void joinedTablesHaveTheirHeaderAgain() {
        const auto rows =
            rows_of("\xEF\xBB\xBFprompt,seed\na,1\n\xEF\xBB\xBFprompt,seed\n\xEF\xBB\xBF\"b, c\",2\n", ListFormat::Csv);
        QCOMPARE(rows.size(), size_t{2});
        QCOMPARE(rows[1].prompt, std::string("b, c"));
        QCOMPARE(rows_of("prompt\na\n\xEF\xBB\xBFprompt\nb\n", ListFormat::Csv).size(), size_t{2});
        QCOMPARE(
            rows_of("\xEF\xBB\xBF{\"prompt\":\"a\"}\n\xEF\xBB\xBF{\"prompt\":\"b\"}\n", ListFormat::JsonLines).size(),
            size_t{2});
    }

    void utf16IsReadWithItsMark() {
        const std::u16string table = u"prompt\tseed\n\u062f\u062c\u0627\u062c\u0629 \U0001F414\t5\n";
        for (const bool big_endian : {false, true}) {
            const auto rows = rows_of(utf16(table, big_endian), ListFormat::Tsv);
            QCOMPARE(rows[0].prompt, std::string("دجاجة 🐔"));
            QVERIFY(rows[0].overrides.seed == 5u);
            QCOMPARE(sniff_format(utf16(table, big_endian)), ListFormat::Csv);
        }
        QVERIFY(error_of(utf16(u"a\xD83D", false), ListFormat::Text).contains("is not UTF-8"));
        QVERIFY(error_of(utf16(u"\xDC14"
                               u"a",
                               true),
                         ListFormat::Text)
                    .contains("is not UTF-8"));
        QVERIFY(error_of(std::string("\xFF\xFE\0\0p\0\0\0", 8), ListFormat::Text).contains("NUL"));
        QVERIFY(error_of("\xFF\xFE\x61", ListFormat::Text).contains("is not UTF-8"));
    }

    void tablesOnStandardInputAreRecognised() {
        for (const char* table : {"prompt,seed\na,1\n", "prompt\tseed\na\t1\n", "seed;prompt\n1;a\n",
                                  "\n\"Prompt\"\na\n", "sep=;\nprompt;seed\na;1\n", "\xEF\xBB\xBF,prompt\n0,a\n"})
            QCOMPARE(sniff_format(table), ListFormat::Csv);
        for (const char* text : {"a prompt, and a seed\n", "prompt: a dog\n", "a dog\nprompt,seed\n", "--prompt a\n",
                                 "", "promptly, seed\n", "\xFF,prompt\n"})
            if (QByteArray(text) != "\xFF,prompt\n") QCOMPARE(sniff_format(text), ListFormat::Text);
        QCOMPARE(sniff_format("caption,number\na,1\n", renamed("caption=prompt")), ListFormat::Csv);
        QCOMPARE(sniff_format("[{\"prompt\": \"a\"}]"), ListFormat::JsonLines);  // to be refused there
        QCOMPARE(rows_of("prompt\tseed\na\t1\n", sniff_format("prompt\tseed\na\t1\n"))[0].prompt, std::string("a"));
    }

    void otherProgramsColumnsGetOurNames() {
        const auto rows = rows_of("caption,Number,tag\na,7,x\n", ListFormat::Csv, [] {
            ListReading reading = renamed("caption=prompt, number = Seed");
            reading.columns.ignore_others();
            return reading;
        }());
        QCOMPARE(rows[0].prompt, std::string("a"));
        QVERIFY(rows[0].overrides.seed == 7u);
        QCOMPARE(rows_of(R"({"caption": "a"})", ListFormat::JsonLines, renamed("caption=prompt"))[0].prompt,
                 std::string("a"));
        QCOMPARE(rows_of("--caption \"a b\"", ListFormat::Text, renamed("caption=prompt"))[0].prompt,
                 std::string("a b"));
    }

    void aWrongChoiceOfColumnsIsRefused() {
        QVERIFY(error_of("caption\na\n", ListFormat::Csv, renamed("text=prompt"))
                    .contains("L: no column is called \"text\", as --columns says."));
        QVERIFY(error_of("caption,x\na,1\n", ListFormat::Csv, renamed("caption=prompt,x=colour"))
                    .contains("--columns x=colour: \"colour\" is not a parameter"));
        QVERIFY(error_of("prompt,caption\na,b\n", ListFormat::Csv, renamed("caption=prompt"))
                    .startsWith("L, line 1, column 8: prompt is given twice"));
        ColumnChoice choice;
        for (const char* wrong : {"caption", "=prompt", "caption="})
            QVERIFY_EXCEPTION_THROWN(choice.rename(wrong, "--columns"), UsageError);
        choice.rename("a=prompt", "--columns");
        QVERIFY_EXCEPTION_THROWN(choice.rename("A=seed", "--columns"), UsageError);
    }

    void othersAreLeftOutWhenAsked() {
        ListReading others;
        others.columns.ignore_others();
        QCOMPARE(rows_of(R"({"tag": ["one", {"x": 1}], "prompt": "a bench"})", ListFormat::JsonLines, others)[0].prompt,
                 std::string("a bench"));
        QCOMPARE(rows_of("tag,prompt,tag\n1,a,2\n", ListFormat::Csv, others)[0].prompt, std::string("a"));
        QVERIFY(error_of("tag,prompt\n1,a\n", ListFormat::Csv).contains("--ignore-columns"));

        ListReading certain;
        certain.columns.ignore("tag, seed");
        QVERIFY(!rows_of("Tag,prompt,seed\n1,a,x\n", ListFormat::Csv, certain)[0].overrides.seed);
        QVERIFY(error_of("tag,prompt,note\n1,a,x\n", ListFormat::Csv, certain).contains("\"note\" is not a parameter"));

        ListReading replaced = renamed("caption=prompt");
        replaced.columns.ignore_others();
        QCOMPARE(rows_of("prompt,caption\nold,new\n", ListFormat::Csv, replaced)[0].prompt, std::string("new"));

        ListReading texts(TextTask::kind);
        QVERIFY(rows_of(R"({"tag": 1, "prompt": "a"})", ListFormat::JsonLines, texts)[0].overrides.columns);
        texts.columns.ignore_others();
        QVERIFY(!rows_of(R"({"tag": 1, "prompt": "a"})", ListFormat::JsonLines, texts)[0].overrides.columns);
    }

    void whatARunCannotObeyIsNotedOnce() {
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        rows_of("prompt,components,batch_size,dtype,file,seconds\na,,,,,1\nb,x,y,float16,b.png,1\nc,x,,,,1\n",
                ListFormat::Csv, reading);
        const auto sentences = texts_of(notes.sentences());
        QCOMPARE(sentences.size(), size_t{2});
        QCOMPARE(sentences[0],
                 std::string("The columns components, batch_size and dtype have no effect in 2 rows (first L, line 3); "
                             "dtype, batch size and components are a whole run's, and are chosen outside the list"));
        QVERIFY(sentences[1].starts_with("The column file has no effect in 1 row (L, line 3); "));
    }

    void aRowMayHaveAModelAndLoras() {
        const auto rows = rows_of("prompt,model,loras\na,photo,ink:0.5; pen\nb,,none\nc,,\n", ListFormat::Csv);
        QCOMPARE(rows[0].overrides.model, std::optional<std::string>("photo"));
        QCOMPARE(lora_texts(rows[0].overrides.loras.value()), std::string("ink:0.5; pen:1"));
        QVERIFY(rows[1].overrides.loras && rows[1].overrides.loras->empty() && !rows[1].overrides.model);
        QVERIFY(!rows[2].overrides.loras && !rows[2].overrides.tells_of_image);
        const auto objects = rows_of(R"({"prompt":"a","loras":[{"name":"x","weight":0.5},"y"],"model_hash":"ab"})",
                                     ListFormat::JsonLines);
        QCOMPARE(lora_texts(objects[0].overrides.loras.value()), std::string("x:0.5; y:1"));
        QVERIFY(objects[0].overrides.tells_of_image);
    }

    void keysOfObjectsAreNotedToo() {
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        rows_of(
            "{\"prompt\":\"a\",\"components\":[{\"name\":\"x\"}],\"model\":null}\n{\"prompt\":\"a\",\"components\":[]}",
            ListFormat::JsonLines, reading);
        QCOMPARE(notes.sentences().size(), size_t{1});
        QVERIFY(notes.sentences()[0].text().starts_with("The column components has no effect in 1 row (L, line 1)"));
    }

    void allMistakesAreSaidAtOnce() {
        const QByteArray csv =
            error_of("prompt,steps,width,colour\na,x,9,red\nb,1,2,3,4\nc,1,64,\nd,x,8,\n", ListFormat::Csv);
        const QList<QByteArray> lines = csv.split('\n');
        QCOMPARE(lines.size(), 5);
        QVERIFY(lines[0].startsWith("L, line 1, column 20: \"colour\" is not a parameter"));
        QVERIFY(lines[1].startsWith("L, line 2, column 3: steps must be"));
        QVERIFY(lines[1].endsWith(", not \"x\". The same in 1 more place."));
        QVERIFY(lines[2].startsWith("L, line 2, column 5: width must be"));
        QVERIFY(lines[3].startsWith("L, line 3, column 9: the row has 5 cells and the header 4"));
        QVERIFY(lines[4].startsWith("L, line 3, column 5: width must be"));

        const QByteArray json = error_of(
            "{\"prompt\":\"a\",\"tag\":1,\"steps\":0}\n{oops\n{\"prompt\":3,\"steps\":[1]}\n", ListFormat::JsonLines);
        QCOMPARE(json.count('\n'), 4);
        QVERIFY(json.contains("line 1, column 15: \"tag\" is no") && json.contains("line 2, column 2: is not valid") &&
                json.contains("line 3, column 11: a prompt must") && json.contains("line 3, column 21: this must be"));
        QVERIFY(!json.contains("has no \"prompt\""));

        const QByteArray text =
            error_of("--steps x --prompt a --width 3 --colour red\n--prompt 'a\n", ListFormat::Text);
        QCOMPARE(text.count('\n'), 3);
    }

    void mistakesBeyondTwentyAreCounted() {
        std::string list = "prompt,steps\n";
        for (int i = 0; i < 25; ++i) list += "a,x" + std::to_string(i) + "\n";
        const QByteArray error = error_of(list, ListFormat::Csv);
        QCOMPARE(error.count('\n'), 20);
        QVERIFY(error.endsWith("\nAnd 5 more."));
    }

    void aListOfNothingButMistakesIsNotReadToItsEnd() {
        std::string list = "prompt,steps\n";
        for (int i = 0; i < 60'000; ++i) list += "a,x\n";
        const QByteArray error = error_of(list, ListFormat::Csv);
        QCOMPARE(error.count('\n'), 1);
        QVERIFY(error.contains("The same in 49999 more places."));
        QVERIFY(error.endsWith("\nThe rest of the list was not read."));
    }
};

FANLIGHT_TEST(TstTables)
#include "tst_tables.moc"
