#include <QApplication>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>
#include <QWidget>

#include "tests/support/test.h"
#include "ui/main_window/project.h"
#include "ui/prompts/prompt_model.h"

using namespace fanlight::ui;

class TstProject : public QObject {
    Q_OBJECT

    QTemporaryDir home_;

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME"}) qputenv(name, home_.path().toUtf8());
    }

    void aListIsSavedAndOpenedAgain() {
        QTemporaryDir folder;
        const QString file = folder.filePath("list.jsonl");
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        model.insert(0, {{.prompt = "a"}, {.prompt = "b", .values = {{"steps", "7"}}}}, "fill");
        QVERIFY(project.isModified());
        project.saveTo(file);
        QTRY_VERIFY(!project.isModified());
        QCOMPARE(project.name(), "list");
        model.remove({0, 1});
        QVERIFY(project.isModified());
        project.load(file);
        QTRY_COMPARE(model.rowCount(), 2);
        QCOMPARE(model.entries()[1].values.value("steps"), "7");
        QVERIFY(!project.isModified());
    }

    void aCorruptFileLeavesTheListAsItIs_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QByteArray& text, const char* message) {
            QTest::newRow(name) << text << QString(message);
        };
        const QByteArray good = "{\"prompt\": \"a\"}\n";
        row("garbage", good + "\x01\x02 garbage", ", line 2, column 1: is not valid JSON");
        row("half a line", good + "{\"prompt\": \"b", ", line 2, column 13: is not valid JSON");
        row("half an object", good + "{\"prompt\": \"b\"", "; mend the line, or delete it.");
        row("half a letter", good + "{\"prompt\": \"\xd9",
            "line 2, column 13: the text is not UTF-8; save the file as UTF-8.");
        row("zeroes", good + QByteArray(4096, 0),
            "line 2, column 1: there is a NUL character; save the file as UTF-8.");
        row("a number as prompt", "{\"prompt\": 7}", "line 1, column 12: a prompt must be a text in quotes, not 7.");
        row("a text as number", "{\"prompt\": \"a\", \"steps\": \"many\"}",
            "line 1, column 26: steps must be a whole number");
        row("a list", good + "[\"a\"]", "line 2, column 1: each line must be an object such as");
        row("an object inside", "{\"prompt\": {\"text\": \"a\"}}",
            "line 1, column 12: this must be a text or a number.");
        row("another program's", "{\"title\": \"a\"}", "line 1, column 2: \"title\" is not a parameter; known: ");
        row("nothing", "", " is empty: it holds no prompt.");
        QByteArray columns = good + "{\"prompt\": \"a\"";
        for (int i = 0; i < 1'000'000; ++i) columns += ",\"c" + QByteArray::number(i) + "\":1";
        row("a million columns", columns + "}", "line 2, column 16: \"c0\" is not a parameter; known: ");
        row("a million levels", good + "{\"prompt\": \"a\", \"file\": " + QByteArray(1'000'000, '['),
            "line 2, column ");
        row("a name of a million letters", "{\"" + QByteArray(1'000'000, 'x') + "\": 1}",
            " is not a parameter; known: ");
    }
    void aCorruptFileLeavesTheListAsItIs() {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, message);
        QTemporaryDir folder;
        QFile file(folder.filePath("bad.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        model.insert(0, {{.prompt = "mine"}}, "fill");
        QSignalSpy problem(&project, &Project::problem);
        project.load(file.fileName());
        QTRY_COMPARE(problem.count(), 1);
        const QString sentence = problem[0][0].toString();
        QVERIFY2(sentence.contains(message), qPrintable(sentence));
        QVERIFY2(sentence.startsWith(file.fileName()) && sentence.endsWith("The list is unchanged."),
                 qPrintable(sentence));
        QVERIFY(sentence.size() < 600);  // most of it is the known names
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.entries()[0].prompt, "mine");
        QVERIFY(project.isModified());
        QVERIFY(project.file().isEmpty());
    }

    void theLastOfTwoFilesIsShown() {
        QTemporaryDir folder;
        QStringList files;
        for (const int rows : {20'000, 1}) {
            QFile file(folder.filePath(QString::number(rows) + ".jsonl"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray("{\"prompt\": \"a\"}\n").repeated(rows));
            files << file.fileName();
        }
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        for (const QString& file : files) project.load(file);
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(QThreadPool::globalInstance()->waitForDone());
        QCoreApplication::processEvents();
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(project.file(), files.last());
    }

    void aFailedSaveStaysModified() {
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        model.insert(0, {{.prompt = "mine"}}, "fill");
        QSignalSpy problem(&project, &Project::problem);
        project.saveTo("/proc/none/list.jsonl");
        QTRY_COMPARE(problem.count(), 1);
        QVERIFY(project.isModified());
    }
};

FANLIGHT_TEST(TstProject, QApplication)
#include "tst_project.moc"
