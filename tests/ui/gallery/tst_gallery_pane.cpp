#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDebug>
#include <QLabel>
#include <QLineEdit>
#include <QPaintEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "tests/support/gallery_images.h"
#include "tests/support/keyboard_walk.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"
#include "ui/gallery/export_dialog.h"
#include "ui/gallery/filter_bar.h"
#include "ui/gallery/gallery_actions.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/grid_view.h"

using namespace fanlight;
using namespace fanlight::ui;

class GalleryPaneTest : public QObject {
    Q_OBJECT

    const QTemporaryDir home_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<GalleryPane> pane_;
    QString path(const QString& name) { return folder_->filePath(name); }

    /// Shows a pane with these images, four per line.
    void show(const std::vector<std::string>& prompts) {
        make_gallery_run(path("run"), prompts);
        pane_ = std::make_unique<GalleryPane>(path("data"), nullptr);
        pane_->resize(800, 600);
        pane_->show();
        pane_->addFolder(path("run"));
        QTRY_COMPARE(pane_->images().rowCount(), static_cast<int>(prompts.size()));
        pane_->grid().setFocus();
        for (int row = 0; row < pane_->images().rowCount(); ++row) QTRY_VERIFY(pane_->images().image(row));
    }
    QModelIndex at(int row) { return pane_->images().index(row); }
    void click(int row, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(pane_->grid().viewport(), Qt::LeftButton, modifiers,
                          pane_->grid().visualRect(at(row)).center());
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&pane_->grid(), key, modifiers); }
    int rating(int row) { return at(row).data(GalleryModel::RatingRole).toInt(); }

private Q_SLOTS:
    /// The trash lies in the user's data folder, too.
    void initTestCase() {
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
            qputenv(name, home_.path().toUtf8());
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void cleanup() { pane_.reset(); }

    void everyControlHasAName() {
        show({"a dog"});
        for (const QWidget* widget : pane_->findChildren<QWidget*>())
            if (widget->focusPolicy() != Qt::NoFocus && widget->isVisible() && !widget->objectName().startsWith("qt_"))
                QVERIFY2(!widget->accessibleName().isEmpty() || qobject_cast<const QLabel*>(widget) ||
                             !widget->property("text").toString().isEmpty(),
                         widget->metaObject()->className());
    }

    void tabReachesEverything() {
        show({"a dog", "a cat"});
        click(0);
        QCOMPARE(walkMistakes(*pane_), QString());
    }

    void cellsLieInLinesAndAreFoundByPosition() {
        show(std::vector<std::string>(10, "a dog"));
        GridView& grid = pane_->grid();
        QVERIFY(grid.columns() > 2);
        for (int row = 0; row < 10; ++row) QCOMPARE(grid.indexAt(grid.visualRect(at(row)).center()), at(row));
        QVERIFY(!grid.indexAt({1, 1}).isValid());
        QCOMPARE(grid.visualRect(at(0)).top(), grid.visualRect(at(1)).top());
        QVERIFY(grid.visualRect(at(0)).left() < grid.visualRect(at(1)).left());
        pane_->setLayoutDirection(Qt::RightToLeft);
        QVERIFY(grid.visualRect(at(0)).left() > grid.visualRect(at(1)).left());
        QCOMPARE(grid.indexAt(grid.visualRect(at(1)).center()), at(1));
    }

    void arrowsMoveThroughTheGrid() {
        show(std::vector<std::string>(10, "a dog"));
        const int columns = pane_->grid().columns();
        click(0);
        press(Qt::Key_Right);
        QCOMPARE(pane_->grid().currentIndex(), at(1));
        press(Qt::Key_Down);
        QCOMPARE(pane_->grid().currentIndex(), at(1 + columns));
        press(Qt::Key_End);
        QCOMPARE(pane_->grid().currentIndex(), at(9));
        press(Qt::Key_Home);
        press(Qt::Key_Left);
        QCOMPARE(pane_->grid().currentIndex(), at(0));
    }

    void severalAreSelectedByKeysAndMouse() {
        show(std::vector<std::string>(6, "a dog"));
        QSignalSpy counts(pane_.get(), &GalleryPane::selectionChanged);
        click(1);
        click(4, Qt::ShiftModifier);
        QCOMPARE(pane_->actions().chosenRows(), (QVector<int>{1, 2, 3, 4}));
        click(2, Qt::ControlModifier);
        QCOMPARE(pane_->actions().chosenRows(), (QVector<int>{1, 3, 4}));
        QCOMPARE(counts.last()[0].value<qsizetype>(), qsizetype(3));
        press(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(pane_->actions().chosenRows().size(), 6);
    }

    void starsAndRejectsAreKeys() {
        show({"a dog", "a cat"});
        click(0);
        press(Qt::Key_5);
        QCOMPARE(rating(0), 5);
        press(Qt::Key_Right);
        press(Qt::Key_X);
        QCOMPARE(rating(1), rejected);
        press(Qt::Key_0);
        QCOMPARE(rating(1), 0);
        QCOMPARE(rating(0), 5);
    }

    void theSelectedImageIsEmitted() {
        show({"a dog", "a cat"});
        QSignalSpy chosen(pane_.get(), &GalleryPane::imageChosen);
        click(1);
        QTRY_COMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].value<GalleryImage>().prompt(), QString("a cat"));
    }

    void searchingNarrowsAndAnEmptyResultSaysSo() {
        show({"a dog", "a cat", "قطة 🐈"});
        auto* search = pane_->filters().findChild<QLineEdit*>();
        QTest::keyClicks(search, "dog");
        QTRY_COMPARE(pane_->images().rowCount(), 1);
        search->setText("🐈");
        QTRY_COMPARE(pane_->images().rowCount(), 1);
        search->setText("zebra");
        QTRY_COMPARE(pane_->images().rowCount(), 0);
        QVERIFY(!pane_->grid().isVisible());
        pane_->filters().clear();
        QTRY_COMPARE(pane_->images().rowCount(), 3);
        QTRY_VERIFY(pane_->grid().isVisible());
    }

    void settingsAreEmittedByKeyAndCopiedAsText() {
        show({"a dog"});
        QSignalSpy used(pane_.get(), &GalleryPane::useSettings);
        QSignalSpy more(pane_.get(), &GalleryPane::moreLikeThis);
        click(0);
        press(Qt::Key_U);
        press(Qt::Key_M);
        QCOMPARE(used.size(), 1);
        QCOMPARE(more.size(), 1);
        QCOMPARE(image_of(used[0][0].value<Item>()).seed, uint64_t{42});
        press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("a dog\nNegative prompt: blurry\nSteps: 20"));
        press(Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(QGuiApplication::clipboard()->image().size(), QSize(48, 32));
    }

    void theViewerStepsAndRates() {
        show({"a dog", "a cat"});
        click(0);
        press(Qt::Key_Return);
        ViewerWindow* viewer = pane_->actions().viewer();
        QVERIFY(viewer);
        QTRY_COMPARE(viewer->view().image().size(), QSize(48, 32));
        QTest::keyClick(viewer, Qt::Key_Right);
        QCOMPARE(pane_->grid().currentIndex(), at(1));
        QTest::keyClick(viewer, Qt::Key_3);
        QCOMPARE(rating(1), 3);
        QTest::keyClick(viewer, Qt::Key_Right);  // there is none after the last
        QCOMPARE(pane_->grid().currentIndex(), at(1));
        QTest::keyClick(viewer, Qt::Key_Escape);
        QTRY_VERIFY(!pane_->actions().viewer());
    }

    void twoChosenImagesAreCompared() {
        show({"a dog", "a cat"});
        click(0);
        QVERIFY(!pane_->actions().action("compare")->isEnabled());
        click(1, Qt::ControlModifier);
        press(Qt::Key_C);
        QTRY_VERIFY(pane_->actions().compareWindow());
        QTRY_VERIFY(pane_->actions().compareWindow()->isVisible());
    }

    void anExportReadsBackAsWhatWasChosen() {
        show({"a dog", "a cat"});
        std::vector<GalleryImage> images = {*pane_->images().image(0), *pane_->images().image(1)};
        ExportDialog dialog(images);
        QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
        dialog.setKind(ExportDialog::Kind::Folder);
        dialog.setTarget(path("out"));
        dialog.start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished[0][0].toString(), QString());
        const auto rows = read_manifest_jsonl(path("out/manifest.jsonl").toStdString());
        QCOMPARE(rows.size(), size_t{2});
        for (const ManifestRow& row : rows)
            QCOMPARE(sha256_hex_of_file(path("out/").toStdString() + row.item.place), row.made.file()->sha256);

        dialog.start();  // now the files exist
        QTRY_COMPARE(finished.size(), 2);
        QVERIFY(finished[1][0].toString().contains("choose another folder"));
    }

    /// Whatever the gallery's order.
    void aContactSheetIsThatOfTheCommandLine() {
        show({"a dog", "a cat", "a fox"});
        const ProgramResult made = run_fanlight({"export", path("run"), "--contact-sheet", path("cli.png")});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        std::vector<GalleryImage> images;
        for (int row : {2, 0, 1}) images.push_back(*pane_->images().image(row));
        const auto sheet = [&] {
            ExportDialog dialog(images);
            QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
            dialog.setKind(ExportDialog::Kind::ContactSheet);
            dialog.setTarget(path("window.png"));
            dialog.start();
            return finished.wait() ? finished[0][0].toString() : "It has not ended";
        };
        QCOMPARE(sheet(), QString());
        QVERIFY(content_of(path("cli.png")).size() > 100);
        QCOMPARE(content_of(path("window.png")), content_of(path("cli.png")));

        QVERIFY(QFile::remove(path("run/1.png")));
        QVERIFY2(sheet().contains("1 file(s) were left out") || sheet().contains("1.png"), qPrintable(sheet()));
        QVERIFY(
            run_fanlight({"export", path("run"), "--contact-sheet", path("cli.png")}).output().contains("2 images in"));
        QCOMPARE(content_of(path("window.png")), content_of(path("cli.png")));
    }

    void newImagesAreFollowedUntilTheUserScrollsUp() {
        show(std::vector<std::string>(40, "a dog"));
        GridView& grid = pane_->grid();
        QScrollBar* bar = grid.verticalScrollBar();
        const auto add = [&](int64_t item) {
            pane_->addImage(path("run"), gallery_row(item, "a cat"));
            [&] { QTRY_COMPARE(pane_->images().rowCount(), static_cast<int>(item) + 1); }();
        };
        add(40);
        QTest::qWait(0);
        QCOMPARE(bar->value(), 0);  // unless asked, the view stays where it is
        pane_->followAction()->setChecked(true);
        add(41);
        QTRY_COMPARE(bar->value(), bar->maximum());
        QTest::keyClick(&grid, Qt::Key_PageUp);
        QVERIFY(!pane_->followAction()->isChecked());
        pane_->followAction()->setChecked(true);
        bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
        QVERIFY(pane_->followAction()->isChecked());
        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        QVERIFY(!pane_->followAction()->isChecked());
        const int place = bar->value();
        add(42);
        QTest::qWait(0);
        QCOMPARE(bar->value(), place);
    }

    /// A cell that changes is painted alone, and none that nobody sees.
    void onlyWhatHasChangedIsPainted() {
        show(std::vector<std::string>(40, "a dog"));
        struct Painted : QObject {
            QRegion region;
            bool eventFilter(QObject*, QEvent* event) override {
                if (event->type() == QEvent::Paint) region += static_cast<QPaintEvent*>(event)->region();
                return false;
            }
        } painted;
        QWidget* viewport = pane_->grid().viewport();
        const auto settle = [&] {  // thumbnails have come
            do {
                painted.region = {};
                QTest::qWait(50);
            } while (!painted.region.isEmpty());
        };
        viewport->installEventFilter(&painted);
        settle();
        pane_->images().rate({pane_->images().idAt(1)}, 3);
        QTRY_VERIFY(!painted.region.isEmpty());
        QCOMPARE(painted.region.boundingRect(), pane_->grid().visualRect(at(1)));
        settle();
        pane_->addImage(path("run"), gallery_row(40, "a cat"));  // below what is visible
        QTRY_COMPARE(pane_->images().rowCount(), 41);
        QTest::qWait(50);
        QVERIFY2(painted.region.isEmpty(), qPrintable(QDebug::toString(painted.region)));
        viewport->removeEventFilter(&painted);
    }

    void aProblemIsShownAndCleared() {
        show({"a dog"});
        pane_->showProblem("The catalogue is held.");
        auto* label = pane_->findChild<QLabel*>("problem");
        QVERIFY(label->isVisible());
        pane_->showProblem({});
        QVERIFY(!label->isVisible());
    }
};

FANLIGHT_TEST(GalleryPaneTest, QApplication)
#include "tst_gallery_pane.moc"
