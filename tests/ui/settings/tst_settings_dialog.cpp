#include "ui/settings/settings_dialog.h"

#include <QApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/test.h"
#include "ui/settings/folder_field.h"
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
};

FANLIGHT_TEST(TestSettingsDialog, QApplication)
#include "tst_settings_dialog.moc"
