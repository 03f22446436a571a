#include <QAbstractItemModelTester>
#include <QApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "ui/gallery/gallery_model.h"

using namespace fanlight;
using namespace fanlight::ui;

/// A catalogue, thumbnails and the model on top of them.
struct Gallery {
    explicit Gallery(const QString& folder) : catalogue(folder), model(catalogue, thumbnails) {}

    Catalogue catalogue;
    ThumbnailLoader thumbnails;
    GalleryModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

class GalleryModelTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    QString path(const QString& name) { return folder_->filePath(name); }

    static QString text(const GalleryModel& model, int row) {
        return model.index(row).data(Qt::DisplayRole).toString();
    }

private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void imagesArriveWithTheirPrompts() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 2);
        QTRY_COMPARE(text(gallery.model, 1), QString("a cat"));
    }

    void theNewestRunComesFirst() {
        make_gallery_run(path("old"), {"a dog", "a cat"});
        make_gallery_run(path("new"), {"a fox"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("old"));
        QTRY_COMPARE(gallery.model.rowCount(), 2);
        gallery.catalogue.addFolder(path("new"));
        QTRY_COMPARE(gallery.model.rowCount(), 3);
        QTRY_COMPARE(text(gallery.model, 0), QString("a fox"));
        QTRY_COMPARE(text(gallery.model, 1), QString("a dog"));
    }

    void aLateAnswerToAnOldQueryIsDropped() {
        make_gallery_run(path("run"), {"a dog", "a cat", "a cat"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 3);
        gallery.model.setQuery({.text = "dog"});
        gallery.model.setQuery({.text = "cat"});
        QTRY_COMPARE(gallery.model.rowCount(), 2);
        QTest::qWait(50);
        QCOMPARE(gallery.model.rowCount(), 2);
    }

    void onlyMatchingImagesStreamIn() {
        Gallery gallery(path("data"));
        gallery.model.setQuery({.text = "dog"});
        for (int i = 0; i < 4; ++i)
            gallery.catalogue.add({.folder = path("run"), .row = gallery_row(i, i % 2 ? "a cat" : "a dog")});
        QTRY_COMPARE(gallery.model.rowCount(), 2);
        gallery.model.setQuery({});
        QTRY_COMPARE(gallery.model.rowCount(), 4);
    }

    void imagesOutOfOrderFindTheirPlace() {
        Gallery gallery(path("data"));
        for (const int i : {5, 1, 3, 0, 4, 2})
            gallery.catalogue.add({.folder = path("run"), .row = gallery_row(i, "number " + std::to_string(i))});
        QTRY_COMPARE(gallery.model.rowCount(), 6);
        for (int i = 0; i < 6; ++i) QTRY_COMPARE(text(gallery.model, i), QString("number %1").arg(i));
    }

    void anImageInProgressBecomesTheImage() {
        Gallery gallery(path("data"));
        gallery.catalogue.add({.folder = path("run"), .row = gallery_row(0, "a dog")});
        QTRY_COMPARE(gallery.model.rowCount(), 1);
        const qint64 run = runOf(gallery.model.idAt(0));
        gallery.model.showProgress(run, 1, 3, 20);
        QCOMPARE(gallery.model.rowCount(), 2);
        const QModelIndex index = gallery.model.index(1);
        QCOMPARE(index.data(GalleryModel::StateRole).toInt(), static_cast<int>(ImageState::InProgress));
        QCOMPARE(index.data(GalleryModel::ProgressRole).toDouble(), 3.0 / 20);
        QImage preview(8, 8, QImage::Format_RGB32);
        gallery.model.showPreview(run, 1, preview);
        QCOMPARE(index.data(GalleryModel::ThumbnailRole).value<QImage>().size(), QSize(8, 8));

        gallery.catalogue.add({.folder = path("run"), .row = gallery_row(1, "a cat")});
        QTRY_COMPARE(text(gallery.model, 1), QString("a cat"));
        QCOMPARE(gallery.model.rowCount(), 2);
        gallery.model.showProgress(run, 1, 20, 20);  // a late message
        QCOMPARE(index.data(GalleryModel::StateRole).toInt(), static_cast<int>(ImageState::Done));
    }

    void imagesNoLongerInProgressDisappear() {
        Gallery gallery(path("data"));
        gallery.model.showProgress(1, 0, 1, 20);
        gallery.model.showProgress(2, 0, 1, 20);
        QCOMPARE(gallery.model.rowCount(), 2);
        gallery.model.clearProgress(1);
        QCOMPARE(gallery.model.rowCount(), 1);
        gallery.model.setQuery({.text = "dog"});  // its records have not been fetched yet
        QTRY_COMPARE(gallery.model.rowCount(), 0);
    }

    void starsShowAtOnce() {
        Gallery gallery(path("data"));
        make_gallery_run(path("run"), {"a dog"});
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 1);
        QTRY_COMPARE(text(gallery.model, 0), QString("a dog"));
        gallery.model.rate({gallery.model.idAt(0)}, 4);
        QCOMPARE(gallery.model.index(0).data(GalleryModel::RatingRole).toInt(), 4);
        QCOMPARE(gallery.model.index(0).data(Qt::AccessibleTextRole).toString(), QString("a dog, 4 star(s)"));
        gallery.model.setQuery({.minStars = 4});
        QTRY_COMPARE(gallery.model.rowCount(), 1);
    }

    /// Whoever rates an image under such a filter is done with it.
    void imagesThatTheFilterNoLongerLetsThroughLeave() {
        make_gallery_run(path("run"), {"a dog", "a cat", "a fox", "a cow"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 4);
        const auto ids = gallery.model.ids();
        gallery.model.setQuery({.show = GalleryQuery::Show::NotRejected});
        QTRY_COMPARE(text(gallery.model, 1), QString("a cat"));
        gallery.model.rate({ids[1]}, rejected);
        QCOMPARE(gallery.model.ids(), (QVector<qint64>{ids[0], ids[2], ids[3]}));
        gallery.model.rate({ids[0]}, 3);
        QCOMPARE(gallery.model.rowCount(), 3);
        gallery.model.setQuery({.show = GalleryQuery::Show::Unrated});
        QTRY_COMPARE(gallery.model.ids(), (QVector<qint64>{ids[2], ids[3]}));
        gallery.model.rate({ids[2], ids[3]}, 1);
        QCOMPARE(gallery.model.rowCount(), 0);
    }

    void manyScatteredImagesLeaveAtOnce() {
        Gallery gallery(path("data"));
        constexpr int count = 600;
        make_gallery_run(path("run"), std::vector<std::string>(count, "a dog"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), count);
        QVector<qint64> odd, even;
        for (int row = 0; row < count; ++row) (row % 2 ? odd : even) << gallery.model.idAt(row);
        gallery.model.forget(odd);
        QCOMPARE(gallery.model.ids(), even);
    }

    void anImageThatHasJustBeenMadeIsAnnounced() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        Gallery gallery(path("data"));
        QSignalSpy arrived(&gallery.model, &GalleryModel::arrived);
        gallery.catalogue.addFolder(path("run"));  // it was made before
        QTRY_COMPARE(gallery.model.rowCount(), 2);
        gallery.catalogue.add({.folder = path("run"), .row = gallery_row(2, "a fox")});
        QTRY_COMPARE(arrived.size(), 1);
        QCOMPARE(arrived[0][0].toInt(), 2);
        gallery.model.showProgress(runOf(gallery.model.idAt(0)), 3, 1, 20);
        gallery.catalogue.add({.folder = path("run"), .row = gallery_row(3, "a cow")});
        QTRY_COMPARE(arrived.size(), 2);
        QCOMPARE(arrived[1][0].toInt(), 3);
    }

    void thumbnailsLoadAndMissingFilesSaySo() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 2);
        QVERIFY(QFile::remove(path("run/1.png")));
        gallery.thumbnails.setCell(96, 6);
        gallery.model.setVisible(0, 1);
        const auto thumbnail = [&](int row) {
            return gallery.model.index(row).data(GalleryModel::ThumbnailRole).value<QImage>();
        };
        QTRY_COMPARE(thumbnail(0).size(), QSize(96, 64));
        QTRY_VERIFY(thumbnail(1).isNull() &&
                    !gallery.model.index(1).data(GalleryModel::ReasonRole).toString().isEmpty());
    }

    void forgottenImagesDisappear() {
        make_gallery_run(path("run"), {"a dog", "a cat", "a fox"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 3);
        gallery.model.forget({gallery.model.idAt(1)});
        QCOMPARE(gallery.model.rowCount(), 2);
        gallery.model.setQuery({.order = GalleryQuery::Order::OldestRunFirst});
        QTRY_COMPARE(text(gallery.model, 1), QString("a fox"));
        QCOMPARE(gallery.model.rowCount(), 2);
    }

    void imagesCanBeDraggedAsFiles() {
        make_gallery_run(path("run"), {"a dog"});
        Gallery gallery(path("data"));
        gallery.catalogue.addFolder(path("run"));
        QTRY_COMPARE(gallery.model.rowCount(), 1);
        QTRY_COMPARE(text(gallery.model, 0), QString("a dog"));
        const std::unique_ptr<QMimeData> data(gallery.model.mimeData({gallery.model.index(0)}));
        QCOMPARE(data->urls(), QList<QUrl>{QUrl::fromLocalFile(path("run/0.png"))});
    }

    void imagesScrolledOutOfViewAreNotLoaded() {
        ThumbnailLoader loader;
        QStringList files;
        make_gallery_run(path("run"), std::vector<std::string>(40, "a dog"));
        for (int i = 0; i < 40; ++i) files << path("run/%1.png").arg(i);
        for (const QString& file : files) (void)loader.thumbnail(file);
        const qint64 before = loader.waiting();
        QVERIFY(before > 30);
        loader.keepOnly({files[3], files[4]});
        QVERIFY(loader.waiting() <= 2);
        QTRY_VERIFY(!loader.thumbnail(files[3]).isNull());
    }

    void memoryOfThumbnailsIsBounded() {
        make_gallery_run(path("run"), std::vector<std::string>(20, "a dog"));
        const qint64 one = 96 * 64 * 4;
        ThumbnailLoader loader(nullptr, 5 * one);
        loader.setCell(96, 6);
        for (int i = 0; i < 20; ++i) QTRY_VERIFY(!loader.thumbnail(path("run/%1.png").arg(i)).isNull());
        QCOMPARE(loader.bytes(), 5 * one);
    }

    /// What was made for cells of another size is shown until the right one is there.
    void thumbnailsFitTheirCells() {
        make_gallery_run(path("run"), {"a dog"});
        const QString file = path("run/0.png");
        ThumbnailLoader loader;
        loader.setCell(96, 12);
        QTRY_COMPARE(loader.thumbnail(file).size(), QSize(96, 64));
        const QImage picture = loader.thumbnail(file);
        QCOMPARE(picture.pixelColor(0, 0).alpha(), 0);  // a round corner
        QCOMPARE(picture.pixelColor(48, 32).alpha(), 255);
        loader.setCell(192, 12);
        QCOMPARE(loader.thumbnail(file).size(), QSize(96, 64));
        QTRY_COMPARE(loader.thumbnail(file).size(), QSize(192, 128));
    }

    void largePicturesKeepAThumbnailOnDisk() {
        QImage large(800, 400, QImage::Format_RGB32);
        large.fill(Qt::blue);
        const QString file = path("large.png");
        QVERIFY(large.save(file));
        QCOMPARE(loadThumbnail(file, ThumbnailSize::Large).size(), QSize(256, 128));
        const QString kept = thumbnailPath(file, ThumbnailSize::Large);
        QCOMPARE(QImage(kept).text("Thumb::URI"), QUrl::fromLocalFile(file).toString());
        QCOMPARE(QFile::permissions(kept) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        large.fill(Qt::red);
        QVERIFY(large.save(file));
        QFile changed(file);
        QVERIFY(changed.open(QIODevice::ReadWrite));
        QVERIFY(changed.setFileTime(QDateTime::currentDateTime().addSecs(5), QFileDevice::FileModificationTime));
        changed.close();
        QCOMPARE(loadThumbnail(file, ThumbnailSize::Large).pixelColor(9, 9), QColor(Qt::red));
    }
};

FANLIGHT_TEST(GalleryModelTest, QApplication)
#include "tst_gallery_model.moc"
