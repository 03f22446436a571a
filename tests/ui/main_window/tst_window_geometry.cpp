// The window fits the screen: 1280x720 pixels at 150 %.

#include "ui/models/window_geometry.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenuBar>
#include <QScreen>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/fresh_home.h"
#include "tests/support/offscreen.h"
#include "tests/support/test.h"
#include "ui/gallery/export_dialog.h"
#include "ui/main_window/keys_dialog.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/main_window/pane_docks.h"
#include "ui/prompts/import_dialog.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"
#include "ui/style/style.h"
#include "ui/viewer/compare_window.h"
#include "ui/viewer/viewer_window.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

constexpr QSize at200Percent(640, 360);  // of 1280x720, in logical pixels

class SmallScreenApplication : OffscreenScreen, public QApplication {
public:
    SmallScreenApplication(int& argc, char** argv) : OffscreenScreen({1280, 720}, 1.5), QApplication(argc, argv) {}
};

QRect screenOf(const QWidget& window) { return window.screen()->availableGeometry(); }

void showEveryPane(MainWindow& window) {
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) dock->show();
    window.prompts()->model()->insert(0, {{.prompt = "a cat"}}, {});
    window.prompts()->findAndReplace();
    window.findChild<MessageBar*>()->show(MessageBar::Kind::Problem, "It failed.", "More", "Retry", {});
    QCoreApplication::processEvents();
}

/// In every corner at once, as no user should have it.
void spreadOut(MainWindow& window) {
    const auto dock = [&](const char* name) { return window.findChild<QDockWidget*>(name); };
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("parameters"));
    window.addDockWidget(Qt::RightDockWidgetArea, dock("gallery"));
    window.addDockWidget(Qt::TopDockWidgetArea, dock("details"));
    window.addDockWidget(Qt::BottomDockWidgetArea, dock("queue"));
    window.splitDockWidget(dock("parameters"), dock("devices"), Qt::Vertical);
    window.splitDockWidget(dock("gallery"), dock("results"), Qt::Vertical);
}

void storeGeometry(const QRect& geometry) {
    QWidget other;
    other.setGeometry(geometry);
    settings::geometry.set(other.saveGeometry());
}

}  // namespace

class TestWindowGeometry : public QObject {
    Q_OBJECT

    std::unique_ptr<FreshHome> home_;

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<FreshHome>();
        applyStyle(Scheme::Dark);
    }
    void cleanup() {
        settings::language.set("en");
        applyChosenLanguage();
    }

    void aGeometryIsFittedIntoTheScreen_data() {
        QTest::addColumn<QRect>("wanted");
        QTest::addColumn<QRect>("fitted");
        QTest::newRow("it fits") << QRect(100, 100, 400, 300) << QRect(100, 100, 400, 300);
        QTest::newRow("too large") << QRect(100, 100, 4000, 3000) << QRect(0, 30, 1280, 690);
        QTest::newRow("to the right and below") << QRect(1200, 700, 400, 300) << QRect(880, 420, 400, 300);
        QTest::newRow("to the left and above") << QRect(-300, -20, 400, 300) << QRect(0, 30, 400, 300);
        QTest::newRow("far away") << QRect(9000, -9000, 400, 300) << QRect(880, 30, 400, 300);
    }
    void aGeometryIsFittedIntoTheScreen() {
        QFETCH(QRect, wanted);
        QFETCH(QRect, fitted);
        QCOMPARE(fittedInto({0, 30, 1280, 690}, wanted), fitted);
    }

    void theFirstWindowFitsTheScreen() {
        MainWindow window;
        window.show();
        QCOMPARE(screenOf(window).size(), QSize(853, 480));
        QVERIFY(window.width() <= 853 && window.height() < 480);
        QVERIFY(window.width() > 600 && window.height() > 400);  // and makes use of it
    }

    void aStoredGeometryIsCorrected_data() {
        QTest::addColumn<QRect>("stored");
        QTest::newRow("too large") << QRect(0, 0, 1600, 960);
        QTest::newRow("beside the screen") << QRect(2500, 200, 700, 400);
        QTest::newRow("partly beside it") << QRect(500, 300, 700, 400);
        QTest::newRow("above it") << QRect(50, -380, 700, 400);
    }
    void aStoredGeometryIsCorrected() {
        QFETCH(QRect, stored);
        storeGeometry(stored);
        MainWindow window;
        window.show();
        QVERIFY2(
            screenOf(window).contains(window.geometry()),
            qPrintable(
                QString("%1x%2 at %3, %4").arg(window.width()).arg(window.height()).arg(window.x()).arg(window.y())));
    }

    void aStoredGeometryThatFitsStays() {
        const QRect place(40, 50, 700, 400);
        storeGeometry(place);
        MainWindow window;
        window.show();
        QCOMPARE(window.geometry(), place);
    }

    void noLayoutNeedsALargeScreen_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<bool>("spread");
        for (const char* language : {"en", "ar"})
            for (const bool spread : {false, true})
                QTest::addRow("%s, %s", language, spread ? "spread out" : "initial") << language << spread;
    }
    void noLayoutNeedsALargeScreen() {
        QFETCH(QString, language);
        QFETCH(bool, spread);
        settings::language.set(language);
        applyChosenLanguage();
        MainWindow window;
        if (spread) spreadOut(window);
        window.show();
        showEveryPane(window);
        const QSize least = window.minimumSizeHint(), most = spread ? QSize(853, 600) : at200Percent;
        QVERIFY2(least.boundedTo(most) == least, qPrintable(QString("%1x%2").arg(least.width()).arg(least.height())));
    }

    void anArrangementForALargerScreenIsReplaced() {
        {
            MainWindow window;
            spreadOut(window);
            for (const char* name : {"gallery", "results", "parameters", "devices"}) {
                auto* dock = window.findChild<QDockWidget*>(name);
                window.splitDockWidget(window.findChild<QDockWidget*>("details"), dock, Qt::Horizontal);
            }
            window.show();
            window.findChild<QDockWidget*>("results")->show();
            window.findChild<PaneDocks*>()->remember();
        }
        MainWindow window;
        window.show();
        QVERIFY(screenOf(window).contains(window.geometry()));
        QCOMPARE(window.tabifiedDockWidgets(window.findChild<QDockWidget*>("parameters")).size(), 5);  // all others
    }

    void dialogsAndViewersFitTheScreen() {
        MainWindow window;
        SettingsDialog settings;
        KeysDialog keys(*window.menuBar());
        ExportDialog exporting({GalleryImage()});
        std::vector<ListColumn> columns(20, {"caption", "a cat", "", true});
        ImportDialog importing({{"a.csv", columns}});
        ViewerWindow viewer;
        CompareWindow compare;
        for (QWidget* shown :
             std::initializer_list<QWidget*>{&settings, &keys, &exporting, &importing, &viewer, &compare}) {
            shown->show();
            QVERIFY2(
                shown->width() <= 853 && shown->height() <= 456,
                qPrintable(QString("%1: %2x%3").arg(shown->windowTitle()).arg(shown->width()).arg(shown->height())));
        }
    }
};

FANLIGHT_TEST(TestWindowGeometry, SmallScreenApplication)
#include "tst_window_geometry.moc"
