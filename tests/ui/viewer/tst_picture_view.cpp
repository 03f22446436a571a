#include <QApplication>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "ui/viewer/compare_window.h"
#include "ui/viewer/picture_view.h"
#include "ui/viewer/viewer_window.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

QImage filled(const QColor& color, int side = 100) {
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(color);
    return image;
}

}  // namespace

class PictureViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPictureFitsTheWidgetUntilItIsZoomed() {
        PictureView view;
        view.resize(400, 200);
        view.setImage(filled(Qt::red));
        QCOMPARE(view.zoom(), 2.0);
        view.resize(400, 400);
        QCOMPARE(view.zoom(), 4.0);
        view.zoomBy(2);
        QCOMPARE(view.zoom(), 8.0);
        view.fit();
        QCOMPARE(view.zoom(), 4.0);
        view.toggleFit();
        QCOMPARE(view.zoom(), 1.0);
    }

    void theWheelKeepsThePointUnderIt() {
        PictureView view;
        view.resize(400, 400);
        view.setImage(filled(Qt::red));
        view.zoomBy(2);
        QSignalSpy changes(&view, &PictureView::viewpointChanged);
        QWheelEvent wheel({400, 400}, view.mapToGlobal(QPointF(400, 400)), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&view, &wheel);
        QCOMPARE(changes.size(), 1);
        const Viewpoint seen = view.viewpoint();
        // The corner showed the point at 0.75 of the picture before, and must do so after.
        QVERIFY(qAbs(seen.center.x() + 200 / (100 * seen.zoom) - 0.75) < 1e-6);
    }

    void draggingMovesThePicture() {
        PictureView view;
        view.resize(400, 400);
        view.setImage(filled(Qt::red));
        view.zoomBy(4);
        QTest::mousePress(&view, Qt::LeftButton, {}, {200, 200});
        QTest::mouseMove(&view, {120, 200});
        QTest::mouseRelease(&view, Qt::LeftButton, {}, {120, 200});
        QVERIFY(qAbs(view.viewpoint().center.x() - (0.5 + 80 / 1600.0)) < 1e-6);
        QCOMPARE(view.viewpoint().center.y(), 0.5);
    }

    void theDividingLineShowsBothPictures() {
        PictureView view;
        view.resize(400, 400);
        view.setImage(filled(Qt::red));
        view.setOther(filled(Qt::blue));
        view.setSplit(0.25);
        const QImage drawn = view.grab().toImage();
        QCOMPARE(drawn.pixelColor(20, 20), QColor(Qt::red));
        QCOMPARE(drawn.pixelColor(380, 20), QColor(Qt::blue));
        QTest::mousePress(&view, Qt::LeftButton, {}, {100, 50});
        QTest::mouseMove(&view, {300, 50});
        QTest::mouseRelease(&view, Qt::LeftButton, {}, {300, 50});
        QCOMPARE(view.split(), 0.75);
        view.setSplit(7);
        QCOMPARE(view.split(), 1.0);
    }

    void theViewerShowsAPictureOrSaysWhyNot() {
        const QTemporaryDir folder;
        const auto rows = make_gallery_run(folder.path(), {"a dog"});
        ViewerWindow viewer;
        viewer.showImage({.folder = folder.path(), .row = rows[0]}, 1, 1);
        QTRY_COMPARE(viewer.view().image().size(), QSize(48, 32));
        QVERIFY(QFile::remove(folder.filePath("0.png")));
        viewer.showImage({.folder = folder.path(), .row = rows[0]}, 1, 1);
        QTRY_VERIFY(viewer.view().image().isNull());
    }

    void theViewersKeysAskForMoreAndRate() {
        ViewerWindow viewer;
        QSignalSpy next(&viewer, &ViewerWindow::nextWanted);
        QSignalSpy previous(&viewer, &ViewerWindow::previousWanted);
        QSignalSpy rated(&viewer, &ViewerWindow::rated);
        QTest::keyClick(&viewer, Qt::Key_Right);
        QTest::keyClick(&viewer, Qt::Key_Space);
        QTest::keyClick(&viewer, Qt::Key_Left);
        QTest::keyClick(&viewer, Qt::Key_4);
        QTest::keyClick(&viewer, Qt::Key_X);
        QCOMPARE(next.size(), 2);
        QCOMPARE(previous.size(), 1);
        QCOMPARE(rated.size(), 2);
        QCOMPARE(rated[0][0].toInt(), 4);
        QCOMPARE(rated[1][0].toInt(), rejected);
        viewer.setLayoutDirection(Qt::RightToLeft);  // the next image is to the left
        QTest::keyClick(&viewer, Qt::Key_Left);
        QCOMPARE(next.size(), 3);
    }

    void twoPicturesMoveTogetherAndListTheirDifferences() {
        const QTemporaryDir folder;
        const auto rows = make_gallery_run(folder.path(), {"a dog", "a cat"});
        CompareWindow compare;
        compare.show();
        compare.showImages({.folder = folder.path(), .row = rows[0]}, {.folder = folder.path(), .row = rows[1]});
        const auto views = compare.findChildren<PictureView*>();
        QCOMPARE(views.size(), 2);
        for (const PictureView* view : views) QTRY_COMPARE(view->image().size(), QSize(48, 32));
        auto* table = compare.findChild<QTableWidget*>();
        QCOMPARE(table->rowCount(), 2);
        QCOMPARE(table->item(0, 1)->text(), QString("a dog"));
        QCOMPARE(table->item(1, 2)->text(), QString("43"));
        QVERIFY(!views[1]->isVisible());
        QTest::keyClick(&compare, Qt::Key_S);
        QVERIFY(views[1]->isVisible());
        views[0]->zoomBy(3);
        QCOMPARE(views[1]->viewpoint(), views[0]->viewpoint());
        QTest::keyClick(&compare, Qt::Key_W);
        QCOMPARE(table->item(0, 1)->text(), QString("a cat"));
        compare.showImages({.folder = folder.path(), .row = rows[0]}, {.folder = folder.path(), .row = rows[0]});
        QVERIFY(!table->isVisible());
    }
};

FANLIGHT_TEST(PictureViewTest, QApplication)
#include "tst_picture_view.moc"
