#include "ui/main_window/mirrored_docks.h"

#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>

#include "tests/support/fresh_home.h"
#include "tests/support/test.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/pane_docks.h"
#include "ui/settings/settings.h"

using namespace fanlight::ui;

namespace {

/// A window of docks without panes.
class DockWindow : public QMainWindow {
public:
    DockWindow() {
        setDockNestingEnabled(true);
        setCentralWidget(new QWidget);
        QToolBar* bar = addToolBar("run");
        bar->setObjectName("run");
        for (const char* name : {"a", "b", "c", "d", "e"}) {
            auto* made = new QDockWidget(name, this);
            made->setObjectName(name);
            made->setWidget(new QWidget);
            addDockWidget(Qt::RightDockWidgetArea, made);
        }
        resize(1000, 700);
    }

    QDockWidget* dock(const char* name) const { return findChild<QDockWidget*>(name); }

    /// a to the left; b beside c to the right, over d, which e shares; corners that differ.
    void arrange() {
        setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
        addDockWidget(Qt::LeftDockWidgetArea, dock("a"));
        splitDockWidget(dock("b"), dock("d"), Qt::Vertical);
        splitDockWidget(dock("b"), dock("c"), Qt::Horizontal);
        tabifyDockWidget(dock("d"), dock("e"));
        dock("d")->raise();
        resizeDocks({dock("a"), dock("b"), dock("c")}, {150, 200, 100}, Qt::Horizontal);
    }
};

int left(const QDockWidget* dock) { return dock->geometry().left(); }

}  // namespace

class TestMirroredDocks : public QObject {
    Q_OBJECT

    std::unique_ptr<fanlight::FreshHome> home_;

private Q_SLOTS:
    void init() { home_ = std::make_unique<fanlight::FreshHome>(); }
    void cleanup() { QApplication::setLayoutDirection(Qt::LeftToRight); }

    void leftAndRightAreExchanged() {
        DockWindow window;
        window.arrange();
        window.show();
        const QByteArray state = window.saveState(7);
        DockWindow other;
        other.show();
        QVERIFY(other.restoreState(mirroredDocks(state), 7));
        QCOMPARE(other.dockWidgetArea(other.dock("a")), Qt::RightDockWidgetArea);
        for (const char* name : {"b", "c", "d", "e"})
            QCOMPARE(other.dockWidgetArea(other.dock(name)), Qt::LeftDockWidgetArea);
        QVERIFY(left(window.dock("b")) < left(window.dock("c")));
        QVERIFY(left(other.dock("c")) < left(other.dock("b")));
        for (const char* name : {"a", "b", "c"})
            QVERIFY(qAbs(other.dock(name)->width() - window.dock(name)->width()) <= 2);
        QVERIFY(other.dock("b")->y() < other.dock("d")->y());
        QCOMPARE(other.tabifiedDockWidgets(other.dock("d")), QList<QDockWidget*>({other.dock("e")}));
        QVERIFY(!other.dock("d")->visibleRegion().isEmpty() && other.dock("e")->visibleRegion().isEmpty());
        QCOMPARE(other.corner(Qt::BottomRightCorner), Qt::RightDockWidgetArea);
        QVERIFY(other.corner(Qt::BottomLeftCorner) != Qt::LeftDockWidgetArea);
    }

    void mirroredTwiceItIsTheSame() {
        DockWindow window;
        window.arrange();
        window.dock("c")->hide();
        window.dock("e")->setFloating(true);
        window.show();
        const QByteArray state = window.saveState(7);
        QVERIFY(mirroredDocks(state) != state);
        QCOMPARE(mirroredDocks(mirroredDocks(state)), state);
    }

    void whatIsNoStateHasNoMirrorImage() {
        DockWindow window;
        window.arrange();
        const QByteArray state = window.saveState(7);
        QCOMPARE(mirroredDocks({}), QByteArray());
        QCOMPARE(mirroredDocks("no state"), QByteArray());
        for (int length = 0; length < state.size() * 2 / 3; ++length)  // what comes later is not looked into
            QCOMPARE(mirroredDocks(state.left(length)), QByteArray());
        for (int at = 0; at < state.size(); ++at) {  // whatever it says, it ends
            QByteArray damaged = state;
            damaged[at] = char(~damaged[at]);
            (void)mirroredDocks(damaged);
        }
    }

    /// The prompt list is between the same panes, on the other sides.
    void theLayoutOfOneLanguageIsMirroredInTheOther_data() {
        QTest::addColumn<Qt::LayoutDirection>("saved");
        QTest::addColumn<Qt::LayoutDirection>("opened");
        QTest::newRow("English, then Arabic") << Qt::LeftToRight << Qt::RightToLeft;
        QTest::newRow("Arabic, then English") << Qt::RightToLeft << Qt::LeftToRight;
        QTest::newRow("English again") << Qt::LeftToRight << Qt::LeftToRight;
        QTest::newRow("Arabic again") << Qt::RightToLeft << Qt::RightToLeft;
    }
    void theLayoutOfOneLanguageIsMirroredInTheOther() {
        QFETCH(Qt::LayoutDirection, saved);
        QFETCH(Qt::LayoutDirection, opened);
        const auto areas = [](const MainWindow& window) {
            QMap<QString, Qt::DockWidgetArea> found;
            for (QDockWidget* dock : window.findChildren<QDockWidget*>())
                found[dock->objectName()] = window.dockWidgetArea(dock);
            return found;
        };
        QApplication::setLayoutDirection(saved);
        QMap<QString, Qt::DockWidgetArea> wanted;
        {
            MainWindow window;
            window.show();
            const bool mirrored = saved == Qt::RightToLeft;
            window.addDockWidget(mirrored ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea,
                                 window.findChild<QDockWidget*>("details"));  // to the parameters
            wanted = areas(window);
            window.findChild<PaneDocks*>()->remember();
        }
        if (saved != opened)
            for (Qt::DockWidgetArea& area : wanted)
                area = area == Qt::LeftDockWidgetArea    ? Qt::RightDockWidgetArea
                       : area == Qt::RightDockWidgetArea ? Qt::LeftDockWidgetArea
                                                         : area;
        QApplication::setLayoutDirection(opened);
        MainWindow window;
        window.show();
        QCOMPARE(areas(window), wanted);
    }
};

FANLIGHT_TEST(TestMirroredDocks, QApplication)
#include "tst_mirrored_docks.moc"
