#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "ui/main_window/project.h"
#include "ui/prompts/prompt_model.h"

using namespace fanlight::ui;

class TstProject : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void cleanupTestCase() { QSettings().clear(); }

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

    void aCorruptFileLeavesTheListAsItIs() {
        QTemporaryDir folder;
        QFile file(folder.filePath("bad.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"prompt\": \"a\"}\n\x01\x02 garbage");
        file.close();
        PromptModel model;
        QWidget window;
        Project project(&model, &window);
        model.insert(0, {{.prompt = "mine"}}, "fill");
        QSignalSpy problem(&project, &Project::problem);
        project.load(file.fileName());
        QTRY_COMPARE(problem.count(), 1);
        QVERIFY(problem[0][1].toString().contains("line 2"));
        QCOMPARE(model.entries()[0].prompt, "mine");
        QVERIFY(project.file().isEmpty());
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

QTEST_MAIN(TstProject)
#include "tst_project.moc"
