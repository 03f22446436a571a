#include "ui/settings/settings_dialog.h"

#include <QApplication>
#include <QLabel>
#include <QListWidget>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/config/settings.h"
#include "tests/support/test.h"
#include "ui/settings/folder_field.h"
#include "ui/settings/model_folders_box.h"
#include "ui/settings/settings.h"

using namespace fanlight::ui;

class TestSettingsDialog : public QObject {
    Q_OBJECT

    QTemporaryDir home_;

    /// Gives the form this output folder and accepts it.
    void accept(SettingsDialog& dialog, const QString& folder) {
        dialog.show();
        dialog.findChild<FolderField*>()->setFolder(folder);
        dialog.accept();
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}) qputenv(name, home_.path().toUtf8());
        QCoreApplication::setOrganizationName("fanlight");
    }

    void aFolderThatCannotBeWrittenIsRefused_data() {
        QTest::addColumn<QString>("folder");
        QFile file(home_.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QTest::newRow("cannot be made") << "/proc/none/out";
        QTest::newRow("a file") << file.fileName();
        QTest::newRow("relative") << "out";
        QTest::newRow("a kernel's") << "/proc/self";
    }
    void aFolderThatCannotBeWrittenIsRefused() {
        QFETCH(const QString, folder);
        settings::outputFolder.set({});
        SettingsDialog dialog;
        accept(dialog, folder);
        const auto says = [&] {
            for (const QLabel* label : dialog.findChild<FolderField*>()->findChildren<QLabel*>())
                if (!label->isHidden() && label->text().contains(folder)) return true;
            return false;
        };
        QTRY_VERIFY(says());
        QVERIFY(dialog.isVisible());
        QCOMPARE(settings::outputFolder.get(), QString());
    }

    void aFolderThatIsNotThereYetIsMade() {
        SettingsDialog dialog;
        accept(dialog, home_.filePath("new/out"));
        QTRY_VERIFY(!dialog.isVisible());
        QCOMPARE(outputFolder(), home_.filePath("new/out"));
        QVERIFY(QDir(home_.filePath("new/out")).isEmpty());
    }

    void foldersWithModelsAreAddedAndRemoved() {
        QVERIFY(QDir().mkpath(home_.filePath("comfy/models/loras")));
        const auto dirs = [] { return fanlight::read_settings().models_dirs; };
        const std::string folder = home_.filePath("comfy").toStdString();
        {
            SettingsDialog dialog;
            auto* models = dialog.findChild<ModelFoldersBox*>();
            models->add(QString::fromStdString(folder));
            models->add(QString::fromStdString(folder));
            models->add(home_.filePath("nowhere"));
            const auto labels = models->findChildren<QLabel*>();
            QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
                return !label->isHidden() && label->text().contains("There is no folder");
            }));
            accept(dialog, home_.filePath("out"));
            QTRY_VERIFY(!dialog.isVisible());
            QCOMPARE(dirs(), std::vector<std::string>{folder});
        }
        fanlight::change_settings([](fanlight::Settings& settings) { settings.models_dirs.push_back("/other"); });
        SettingsDialog dialog;
        auto* models = dialog.findChild<ModelFoldersBox*>();
        models->findChild<QListWidget*>()->setCurrentRow(0);
        models->removeSelected();
        fanlight::change_settings([](fanlight::Settings& settings) { settings.models_dirs.push_back("/later"); });
        accept(dialog, home_.filePath("out"));
        QTRY_VERIFY(!dialog.isVisible());
        QCOMPARE(dirs(), (std::vector<std::string>{"/other", "/later"}));
    }
};

FANLIGHT_TEST(TestSettingsDialog, QApplication)
#include "tst_settings_dialog.moc"
