#include "ui/main_window/unsaved_changes.h"

#include <QApplication>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>
#include <memory>

#include "core/base/file.h"
#include "tests/support/test.h"
#include "ui/main_window/project.h"
#include "ui/prompts/prompt_model.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

QString textOf(const QString& file) { return QString::fromStdString(read_file(file.toStdString())); }

/// A window's list; destroying it asks nothing, as when the window is killed.
struct Window {
    QWidget widget;
    PromptModel model;
    Project project{&model, &widget};

    QStringList prompts() const {
        QStringList prompts;
        for (const PromptEntry& entry : model.entries()) prompts << entry.prompt;
        return prompts;
    }
};

}  // namespace

class TestUnsavedChanges : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> home_;

    QStringList kept() const {
        return QDir(home_->filePath("fanlight/unsaved")).entryList({"*.fanlight"}, QDir::Files);
    }
    /// Leaves a changed list behind.
    void leave(const QString& prompt) const {
        Window killed;
        const auto before = kept().size();
        killed.model.insert(0, {{.prompt = prompt, .values = {{"steps", "7"}}}}, "type");
        QTRY_COMPARE(kept().size(), before + 1);
    }

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", home_->path().toUtf8());
        qputenv("XDG_CONFIG_HOME", home_->path().toUtf8());
    }

    void theNextWindowRestoresThePromptsOfAKilledOne() {
        leave("a \"cat\"\nin two lines");
        Window next;
        QSignalSpy recovered(&next.project, &Project::recovered);
        QVERIFY(next.project.recover());
        QTRY_COMPARE(recovered.size(), 1);
        QCOMPARE(next.prompts(), QStringList("a \"cat\"\nin two lines"));
        QCOMPARE(next.model.entries()[0].values.value("steps"), "7");
        QVERIFY(next.project.isModified());
        QCOMPARE(kept().size(), 1);  // until it is saved
        next.project.saveTo(home_->filePath("saved.jsonl"));
        QTRY_COMPARE(kept().size(), 0);
    }

    void unsavedChangesBelongToTheirFile() {
        const QString file = home_->filePath("list.jsonl");
        replace_file(file.toStdString(), "{\"prompt\":\"a cat\"}\n");
        {
            Window killed;
            killed.project.load(file);
            QTRY_COMPARE(killed.model.rowCount(), 1);
            killed.model.setPrompt(0, "a");
            QTRY_COMPARE(kept().size(), 1);
            killed.model.setPrompt(0, "a dog");  // continued typing in the same change
            QTRY_VERIFY(textOf(home_->filePath("fanlight/unsaved/1.fanlight")).contains("a dog"));
        }
        Window next;
        QVERIFY(next.project.recover());
        QTRY_COMPARE(next.prompts(), QStringList("a dog"));
        QCOMPARE(next.project.file(), file);
        QCOMPARE(textOf(file), QString("{\"prompt\":\"a cat\"}\n"));
    }

    void undoneOrForgottenChangesAreNotKept() {
        Window window;
        window.model.insert(0, {{.prompt = "a cat"}}, "type");
        QTRY_COMPARE(kept().size(), 1);
        window.model.undoStack()->undo();
        QTRY_COMPARE(kept().size(), 0);
        window.model.undoStack()->redo();
        QTRY_COMPARE(kept().size(), 1);
        window.project.forgetChanges();
        QTRY_COMPARE(kept().size(), 0);
        QVERIFY(!Window().project.recover());
    }

    void eachOfSeveralWindowsKeepsItsOwn() {
        Window one, two;
        one.model.insert(0, {{.prompt = "a cat"}}, "type");
        two.model.insert(0, {{.prompt = "a dog"}}, "type");
        QTRY_COMPARE(kept().size(), 2);
        QVERIFY(!Window().project.recover());  // both are still there
        leave("a fish");
        leave("a bird");
        Window next, another;
        QVERIFY(next.project.recover());
        QVERIFY(another.project.recover());
        QVERIFY(!Window().project.recover());
        QTRY_COMPARE((next.prompts() + another.prompts()).join(", "), "a fish, a bird");
    }

    void unreadableFilesAreMovedAside() {
        leave("a cat");
        const QString file = home_->filePath("fanlight/unsaved/1.fanlight");
        replace_file(file.toStdString(), "{\"project\":\"\"}\n{\"prompt\":\"a c");
        Window next;
        QSignalSpy problem(&next.project, &Project::problem);
        QVERIFY(next.project.recover());
        QTRY_COMPARE(problem.size(), 1);
        QVERIFY(problem[0][0].toString().contains(file + ".damaged"));
        QVERIFY(QFile::exists(file + ".damaged"));
        QCOMPARE(next.model.rowCount(), 0);
        next.model.insert(0, {{.prompt = "a dog"}}, "type");
        QTRY_COMPARE(kept().size(), 1);
    }

    void anUnwritableFolderIsReported() {
        replace_file(home_->filePath("fanlight").toStdString(), "no folder");
        Window window;
        QSignalSpy problem(&window.project, &Project::problem);
        window.model.insert(0, {{.prompt = "a cat"}}, "type");
        QTRY_COMPARE(problem.size(), 1);
        window.model.insert(0, {{.prompt = "a dog"}}, "type");
        QVERIFY(problem[0][0].toString().contains("fanlight/unsaved"));
    }
};

FANLIGHT_TEST(TestUnsavedChanges, QApplication)
#include "tst_unsaved_changes.moc"
