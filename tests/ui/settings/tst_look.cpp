#include "ui/settings/look.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include "tests/support/fresh_home.h"
#include "tests/support/test.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;

/// Applying a language while the program runs.
class TestLook : public QObject {
    Q_OBJECT

    std::unique_ptr<FreshHome> home_;

    static void apply(const QString& language) {
        settings::language.set(language);
        applyChosenLanguage();
    }
    static QString settingsTitle() { return QCoreApplication::translate("fanlight::ui::SettingsDialog", "Settings"); }

private Q_SLOTS:
    void init() { home_ = std::make_unique<FreshHome>(); }
    void cleanup() { apply("en"); }

    void aLanguageTakesThePlaceOfTheOneBefore() {
        apply("ar");
        const QString arabic = settingsTitle();
        QVERIFY(arabic != "Settings");
        QCOMPARE(QApplication::layoutDirection(), Qt::RightToLeft);
        const qsizetype translators = qApp->findChildren<QTranslator*>().size();
        apply("ar");
        QCOMPARE(qApp->findChildren<QTranslator*>().size(), translators);
        apply("en");
        QCOMPARE(settingsTitle(), QString("Settings"));
        QCOMPARE(QApplication::layoutDirection(), Qt::LeftToRight);
        apply("xx");  // which is none
        QCOMPARE(settingsTitle(), QString("Settings"));
        QCOMPARE(QApplication::layoutDirection(), Qt::LeftToRight);
        apply("ar");
        QCOMPARE(settingsTitle(), arabic);
        QCOMPARE(QApplication::layoutDirection(), Qt::RightToLeft);
    }
};

FANLIGHT_TEST(TestLook, QApplication)
#include "tst_look.moc"
