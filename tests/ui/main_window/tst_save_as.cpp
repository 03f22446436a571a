#include <QApplication>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

#include "tests/support/test.h"
#include "ui/main_window/project.h"
#include "ui/prompts/prompt_model.h"

using namespace fanlight::ui;

/// The name's ending says the format, and every format reads back.
class TstSaveAs : public QObject {
    Q_OBJECT

    QTemporaryDir home_;

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME"}) qputenv(name, home_.path().toUtf8());
    }

    void theEndingSaysTheFormat_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("written");
        QTest::addColumn<QByteArray>("beginning");
        QTest::newRow("csv") << "l.csv"
                             << "l.csv" << QByteArray("prompt,seed,steps\n\"a, b\",,7\n");
        QTest::newRow("tsv") << "l.TSV"
                             << "l.TSV" << QByteArray("prompt\tseed\tsteps\na, b\t\t7\n");
        QTest::newRow("txt") << "l.txt"
                             << "l.txt" << QByteArray("--prompt \"a, b\" --steps 7\n#");
        QTest::newRow("jsonl") << "l.jsonl"
                               << "l.jsonl" << QByteArray("{\"prompt\":\"a, b\",\"steps\":7}\n");
        QTest::newRow("another") << "l.json"
                                 << "l.json.jsonl" << QByteArray("{\"prompt\"");
        QTest::newRow("none") << "l"
                              << "l.jsonl" << QByteArray("{\"prompt\"");
    }
    void theEndingSaysTheFormat() {
        QFETCH(QString, name);
        QFETCH(QString, written);
        QFETCH(QByteArray, beginning);
        QTemporaryDir folder;
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        model.insert(0, {{.prompt = "a, b", .values = {{"steps", "7"}}}, {.prompt = "#1girl"}, {.prompt = "c"}},
                     "fill");
        project.saveTo(folder.filePath(name));
        QTRY_VERIFY(!project.isModified());
        QCOMPARE(project.file(), folder.filePath(written));
        QFile file(folder.filePath(written));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll().replace("--prompt \"#1girl\"", "#1girl");
        QVERIFY2(text.startsWith(beginning), text);
        const auto before = model.entries();
        model.reset({});
        project.load(folder.filePath(written));
        QTRY_COMPARE(model.rowCount(), 3);
        for (size_t row = 0; row < before.size(); ++row) {
            QCOMPARE(model.entries()[row].prompt, before[row].prompt);
            QCOMPARE(model.entries()[row].values, before[row].values);
        }
    }

    void whatATextCannotHoldIsSaid() {
        QTemporaryDir folder;
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        model.insert(0, {{.prompt = "a"}, {.prompt = "b\nc"}}, "fill");
        QSignalSpy problem(&project, &Project::problem);
        project.saveTo(folder.filePath("l.txt"));
        QTRY_COMPARE(problem.count(), 1);
        QVERIFY(problem[0][0].toString().startsWith("Row 2: "));
        QVERIFY(!QFile::exists(folder.filePath("l.txt")));
        QVERIFY(project.isModified());
    }
};

FANLIGHT_TEST(TstSaveAs, QApplication)
#include "tst_save_as.moc"
