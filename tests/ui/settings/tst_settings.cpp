#include "ui/settings/settings.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestSettings : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void initTestCase() {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.path());
        QCoreApplication::setOrganizationName("fanlight");
        QCoreApplication::setApplicationName("fanlight");
    }

    void setValuesAreRemembered() {
        settings::project.set("list.jsonl");
        QCOMPARE(settings::project.get(), QString("list.jsonl"));
        settings::project.set({});
        QCOMPARE(settings::project.get(), QString());
        settings::notify.set(false);
        QCOMPARE(settings::notify.get(), false);
        settings::notify.set(true);
        QCOMPARE(settings::notify.get(), true);
    }

    void unchangedValuesAreNotWritten() {
        settings::project.set("list.jsonl");
        const std::string file = QSettings().fileName().toStdString(), mark = "\n[mark]\n";
        replace_file(file, read_file(file) + mark);
        settings::project.set("list.jsonl");
        QVERIFY(read_file(file).ends_with(mark));
        settings::project.set("other.jsonl");
        QVERIFY(!read_file(file).ends_with(mark));
    }
};

FANLIGHT_TEST(TestSettings, QCoreApplication)
#include "tst_settings.moc"
