#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/images/png_writer.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/prompts/prompt_file.h"

using namespace fanlight::ui;

class TstPromptFile : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("no temporary file");
        return file.fileName();
    }

private Q_SLOTS:
    void aProjectReadsBackAsItWas() {
        std::vector<PromptEntry> entries = {
            {.prompt = "a \"cat\"\nin two lines", .values = {{"steps", "30"}, {"negative_prompt", "42"}}},
            {.prompt = QStringLiteral("قطة 😀"), .values = {{"seed", "18446744073709551615"}, {"cfg_scale", "7.5"}}},
            {.prompt = "a [b]", .values = {{"literal", "yes"}}},
            {.prompt = "a [c]", .values = {{"emphasis", "no-norm"}}},
            {.prompt = "", .values = {{"steps", "5"}}},
            {.prompt = "none"},
            {.prompt = "an empty text", .values = {{"negative_prompt", ""}, {"prompt_2", ""}}},
            {.prompt = "an empty cell", .blankNegative = true}};
        const QString file = folder_.filePath("list.jsonl");
        QCOMPARE(saveProject(file, entries), QString());
        const ReadPrompts read = readPrompts({file});
        QCOMPARE(read.problems, QStringList());
        QVERIFY(read.entries == entries);
    }

    void tablesTellNegativePromptsApart() {
        const std::vector<PromptEntry> entries = {{.prompt = "none"},
                                                  {.prompt = "an empty text", .values = {{"negative_prompt", ""}}},
                                                  {.prompt = "an empty cell", .blankNegative = true},
                                                  {.prompt = "one", .values = {{"negative_prompt", "grey"}}}};
        for (const char* name : {"told.csv", "told.tsv"}) {
            const QString file = folder_.filePath(name);
            QCOMPARE(saveProject(file, entries), QString());
            QVERIFY(readPrompts({file}).entries == entries);
        }
    }

    void picturesTellNegativePromptsApart() {
        fanlight::ImageTask image{
            .prompt = "a dog", .negative_prompt = std::nullopt, .steps = 20, .width = 64, .height = 64};
        QVERIFY(!entryOf(image).values.contains("negative_prompt"));
        image.negative_prompt = "";
        QVERIFY(isEmptyText(entryOf(image), promptFields()[size_t(fieldWith("negative_prompt"))]));
        QVERIFY(rowOf(entryOf(image), "Row 1").overrides.negative_prompt == "");
    }

    void anImageMadeAgainIsReadAsItWas_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("emphasis");
        QTest::addColumn<QString>("row");
        const QString words = QString("dog ").repeated(80);
        QTest::newRow("plain") << "a dog"
                               << "literal"
                               << "";
        QTest::newRow("brackets as text") << "a (dog)"
                                          << "literal"
                                          << "literal";
        QTest::newRow("cut") << words << "literal"
                             << "literal";
        QTest::newRow("weights") << "a (dog)"
                                 << "original"
                                 << "original";
        QTest::newRow("no norm") << "a (dog)"
                                 << "no-norm"
                                 << "no-norm";
        QTest::newRow("whole") << words << "original"
                               << "original";
    }
    void anImageMadeAgainIsReadAsItWas() {
        QFETCH(QString, prompt);
        QFETCH(QString, emphasis);
        fanlight::ImageTask image{.prompt = prompt.toStdString(), .steps = 20, .width = 64, .height = 64};
        image.emphasis = fanlight::find_emphasis(emphasis.toStdString())->emphasis;
        const PromptEntry entry = entryOf(image);
        QTEST(entry.values.value("emphasis"), "row");
        const fanlight::PromptRow row{.prompt = image.prompt, .overrides = {.emphasis = image.emphasis}};
        QTEST(entryOf(row).values.value("emphasis"), "row");
        QVERIFY(emphasisOf(entry.values, image.emphasis) == image.emphasis);
        QVERIFY(rowOf(entry, "Row 1").overrides.emphasis.value_or(image.emphasis) == image.emphasis);
    }

    void emptyRowsAreNotSaved() { QCOMPARE(projectText({{.prompt = ""}, {.prompt = " "}}), QByteArray()); }

    void aBrokenFileIsReportedAndTheOthersAreRead() {
        const QString good = written("good.txt", "a\nb\n"), bad = written("bad.jsonl", "{\"prompt\": \"a\"}\n{oops\n");
        const ReadPrompts read = readPrompts({bad, good, folder_.filePath("absent.txt")});
        QCOMPARE(read.entries.size(), 2u);
        QCOMPARE(read.problems.size(), 2);
        QVERIFY(read.problems[0].contains("bad.jsonl, line 2"));
    }

    void allMistakesOfAFileAreSaid() {
        const ReadPrompts read = readPrompts({written("m.csv", "prompt,steps,width\na,x,7.5\nb,2,64\n")});
        QCOMPARE(read.problems.size(), 1);
        QCOMPARE(read.problems[0].count('\n'), 1);
        QVERIFY(read.entries.empty());
    }

    void whatHasNoEffectIsNoted() {
        const ReadPrompts read = readPrompts({written("n.csv", "prompt,dtype\na,x\nb,x\n")});
        QCOMPARE(read.problems, QStringList());
        QCOMPARE(read.entries.size(), 2u);
        QCOMPARE(read.notes.size(), 1);
        QVERIFY(read.notes[0].startsWith("The column dtype has no effect in 2 rows (first "));
        QVERIFY(read.notes[0].endsWith('.'));
    }

    void aSeedToBeDrawnStaysOne() {
        const ReadPrompts read = readPrompts({written("s.csv", "prompt,seed\na,-1\n")});
        QCOMPARE(read.entries.at(0).values.value("seed"), "-1");
        QVERIFY(rowOf(read.entries[0], "Row 1").overrides.random_seed);
        QCOMPARE(readPrompts({written("again.jsonl", projectText(read.entries))}).entries.size(), 1u);
    }

    void a1111sClipSkipIsThatOfTheModel() {
        const std::vector<uint8_t> rgb(8 * 8 * 3);
        const QByteArray text = "a\nSteps: 2, Sampler: Euler, Seed: 1, Size: 64x64, Clip skip: 2";
        const QString file = folder_.filePath("a.png");
        fanlight::replace_file(file.toStdString(),
                               fanlight::encode_png({rgb.data(), 8, 8}, {{"parameters", text.toStdString()}}));
        const QString models = fanlight::source_path("/tests/golden/data/pipelines/");
        QCOMPARE(readPrompts({file}).entries.at(0).values.value("clip_skip"), "1");
        QCOMPARE(readPrompts({file}, models + "sd1").entries.at(0).values.value("clip_skip"), "1");
        QCOMPARE(readPrompts({file}, models + "sd2").entries.at(0).values.value("clip_skip"), "0");
    }

    void pastedTextIsOnePromptPerLineOrATable() {
        QCOMPARE(promptsOfText("a\n\nb\r\nc").entries.size(), 3u);
        const auto table = promptsOfText("prompt\tsteps\na\t7\nb\t\n").entries;
        QCOMPARE(table.size(), 2u);
        QCOMPARE(table[0].values.value("steps"), "7");
        QCOMPARE(promptsOfText("steps;prompt\n7;a\n").entries.at(0).values.value("steps"), "7");
        const ReadPrompts broken = promptsOfText("prompt,steps,width\na,many,7.5\n");
        QVERIFY(broken.entries.empty());
        QCOMPARE(broken.problems.join('\n').count("The pasted text, line 2"), 2);  // all mistakes
    }

    void aForeignTableWaitsForAChoice() {
        const QString text = "prompt,tag\na,x\n";
        const ReadPrompts foreign = promptsOfText(text);
        QVERIFY(foreign.entries.empty() && foreign.problems.isEmpty());
        QCOMPARE(foreign.foreign.size(), size_t{1});
        ColumnChoices choices;
        choices[foreign.foreign[0].name].leave_out("tag");
        QCOMPARE(promptsOfText(text, choices).entries.size(), size_t{1});
    }

    void anUnwritableProjectIsASentence() {
        QVERIFY(saveProject(folder_.filePath("no/such/folder.jsonl"), {}).contains("folder.jsonl"));
    }
};

FANLIGHT_TEST(TstPromptFile, QCoreApplication)
#include "tst_prompt_file.moc"
