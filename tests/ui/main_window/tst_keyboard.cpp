// The keyboard alone: Tab reaches everything, and shows where it is.

#include <QApplication>
#include <QDockWidget>
#include <QMenuBar>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTest>

#include "core/devices/device_list.h"
#include "tests/support/fresh_home.h"
#include "tests/support/keyboard_walk.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/bridge/run_bridge.h"
#include "ui/catalogue/png_recipe.h"
#include "ui/details/details_pane.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/gallery/export_dialog.h"
#include "ui/gallery/keep_best_dialog.h"
#include "ui/help/manual_page.h"
#include "ui/help/manual_window.h"
#include "ui/main_window/keys_dialog.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/import_dialog.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/prompts/value_dialog.h"
#include "ui/queue/log_window.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"
#include "ui/style/palette.h"
#include "ui/style/style.h"
#include "ui/viewer/compare_window.h"
#include "ui/viewer/viewer_window.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

/// A window with everything in it that can be had without a run.
void fill(MainWindow& window) {
    window.prompts()->model()->insert(0, {{.prompt = "a cat"}, {.prompt = "a dog"}}, {});
    window.prompts()->findAndReplace();
    Generation generation;
    generation.loras = {"/loras/ink.safetensors:0.8"};
    window.parameters()->setGeneration(generation);
    window.findChild<DevicesPane*>()->setDevices({{.id = "cpu", .kind = "cpu", .name = "CPU", .cores = 2}}, {});
    window.findChild<DetailsPane*>()->showImage({.id = 1, .folder = "/nowhere", .row = rowOfPng("/nowhere/1.png")});
    window.findChild<MessageBar*>()->show(MessageBar::Kind::Problem, "It failed.", "More", "Retry", {});
}

/// How many pixels of the control, and a little around it, differ clearly with and without the focus.
int pixelsOfFocus(QWidget& window, QWidget* control, QWidget* elsewhere) {
    constexpr int beside = 3;
    constexpr double clearly = 2.5;  // contrast
    const auto grab = [&](QWidget* focused) {
        const QRect place = QRect(control->mapTo(&window, QPoint()), control->size())
                                .adjusted(-beside, -beside, beside, beside)
                                .intersected(window.rect());
        focused->setFocus(Qt::TabFocusReason);
        QCoreApplication::processEvents();
        return window.grab(place).toImage();
    };
    for (QWidget* around = control->parentWidget(); around; around = around->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(around)) area->ensureWidgetVisible(control);
    const QImage without = grab(elsewhere), with = grab(control);
    int pixels = 0;
    for (int y = 0; y < with.height(); ++y)
        for (int x = 0; x < with.width(); ++x)
            pixels += contrast(with.pixelColor(x, y), without.pixelColor(x, y)) >= clearly;
    return pixels;
}

}  // namespace

class TestKeyboard : public QObject {
    Q_OBJECT

    std::unique_ptr<FreshHome> home_;

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<FreshHome>();
        applyStyle(Scheme::Dark);
    }

    void tabReachesEverythingAtTheFirstStart() {
        MainWindow window;
        window.show();
        QCOMPARE(walkMistakes(window), QString());
    }

    void tabReachesEverythingOfEveryPane_data() {
        QTest::addColumn<QString>("pane");
        for (const char* pane : {"parameters", "gallery", "details", "queue", "devices", "results"})
            QTest::newRow(pane) << QString(pane);
    }
    void tabReachesEverythingOfEveryPane() {
        QFETCH(QString, pane);
        settings::started.set(true);
        MainWindow window;
        window.resize(1600, 960);
        window.show();
        fill(window);
        auto* dock = window.findChild<QDockWidget*>(pane);
        dock->show();
        dock->raise();
        const auto isReached = [&] {
            const QList<QWidget*> stops = stopsOf(window);
            return std::any_of(stops.begin(), stops.end(), [&](const QWidget* w) { return dock->isAncestorOf(w); });
        };
        QTRY_VERIFY(isReached() || pane == "queue");  // which has nothing to show without a run
        QCOMPARE(walkMistakes(window), QString());
    }

    void tabReachesTheOptionsOfEveryMode_data() {
        QTest::addColumn<int>("mode");
        for (const Mode mode : {Mode::Sharded, Mode::Pipelined}) QTest::addRow("%d", int(mode)) << int(mode);
    }
    void tabReachesTheOptionsOfEveryMode() {
        QFETCH(int, mode);
        settings::started.set(true);
        MainWindow window;
        window.resize(1600, 960);
        window.show();
        window.findChild<QDockWidget*>("devices")->raise();
        window.findChild<DevicesPane*>()->modes()->setMode(Mode(mode));
        QCOMPARE(walkMistakes(window), QString());
    }

    void tabReachesEverythingOfDialogsAndViewers() {
        const MainWindow window;
        SettingsDialog settings;
        KeysDialog keys(*window.menuBar());
        ImportDialog importing({{"a.csv", {{"caption", "a cat", "", true}}}});
        ViewerWindow viewer;
        CompareWindow compare;
        KeepBestDialog keeping({RatedImage{.id = 1, .rating = 3}, RatedImage{.id = 2}}, false);
        LogWindow log(window.findChild<RunBridge*>(), 0);
        ManualWindow manual(source_path("/resources/manual"));
        manual.page().showPage(ManualWindow::firstPage);
        for (QWidget* shown : std::initializer_list<QWidget*>{&settings, &keys, &importing, &viewer, &compare, &keeping,
                                                              &log, &manual}) {
            shown->show();
            shown->activateWindow();
            QCOMPARE(walkMistakes(*shown), QString());
            shown->hide();
        }
    }

    void tabReachesEverythingOfEveryKindOfExport() {
        for (const auto kind :
             {ExportDialog::Kind::Folder, ExportDialog::Kind::Zip, ExportDialog::Kind::ContactSheet}) {
            ExportDialog dialog({GalleryImage{.id = 1, .folder = "/nowhere"}});
            dialog.setKind(kind);
            dialog.show();
            QCOMPARE(walkMistakes(dialog), QString());
        }
    }

    void tabReachesEverythingWhereAValueIsSet() {
        for (int field = 0; field < int(promptFields().size()); ++field) {
            ValueDialog dialog({{.prompt = "a cat"}, {.prompt = "a dog"}}, field);
            dialog.show();
            QCOMPARE(walkMistakes(dialog), QString());
        }
    }

    void theFocusIsSeenOnEveryControl_data() {
        QTest::addColumn<Scheme>("scheme");
        QTest::addColumn<QString>("pane");
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark})
            for (const char* pane : {"queue", "devices", "results"})
                QTest::addRow("%s, %s", scheme == Scheme::Light ? "light" : "dark", pane) << scheme << QString(pane);
    }
    void theFocusIsSeenOnEveryControl() {
        QFETCH(Scheme, scheme);
        QFETCH(QString, pane);
        constexpr int atLeast = 30;  // more than a text cursor has
        applyStyle(scheme);
        settings::started.set(true);
        MainWindow window;
        window.resize(1600, 960);
        window.show();
        fill(window);
        window.findChild<QDockWidget*>(pane)->show();
        window.findChild<QDockWidget*>(pane)->raise();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const QList<QWidget*> stops = stopsOf(window);
        QStringList unseen;
        for (QWidget* stop : stops) {
            if (!isStop(stop, window)) continue;  // a message that is over
            const int pixels = pixelsOfFocus(window, stop, stop == stops.first() ? stops.last() : stops.first());
            if (pixels < atLeast) unseen << QString("%1: %2 pixels").arg(describe(stop)).arg(pixels);
        }
        QCOMPARE(unseen.join('\n'), QString());
    }
};

FANLIGHT_TEST(TestKeyboard, QApplication)
#include "tst_keyboard.moc"
