#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "tests/ui/catalogue/found.h"
#include "ui/catalogue/catalogue.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

GalleryImage image(Catalogue& catalogue, qint64 id) { return catalogue.images({id}).result().at(0); }

}  // namespace

/// What the user says of images: notes, ratings, and which ones are not wanted.
class ImageNotesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    QString path(const QString& name) { return folder_->filePath(name); }

    /// With three images.
    std::unique_ptr<Catalogue> opened() {
        make_gallery_run(path("run"), {"a dog", "a cat", "a fox"});
        auto catalogue = std::make_unique<Catalogue>(path("data"));
        catalogue->addFolder(path("run"));
        [&] { QTRY_COMPARE(found(*catalogue).size(), 3); }();
        return catalogue;
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aNoteIsFoundByItsWords() {
        const auto catalogue = opened();
        const qint64 cat = found(*catalogue, {.text = "cat"}).at(0);
        catalogue->setNote(cat, "for the cover, brighter");
        QCOMPARE(found(*catalogue, {.text = "cover"}), QVector<qint64>{cat});
        QCOMPARE(found(*catalogue, {.text = "cat brighter"}), QVector<qint64>{cat});
        QCOMPARE(image(*catalogue, cat).note, QString("for the cover, brighter"));
        catalogue->setNote(cat, "print");
        QVERIFY(found(*catalogue, {.text = "cover"}).isEmpty());
        catalogue->setNote(cat, {});
        QVERIFY(found(*catalogue, {.text = "print"}).isEmpty());
    }

    void notesOutliveTheCatalogueAndAnImageThatIsMadeAgain() {
        {
            const auto catalogue = opened();
            const qint64 cat = found(*catalogue, {.text = "cat"}).at(0);
            catalogue->setNote(cat, "cover");
            catalogue->rate({cat}, 4);
            catalogue->add({.folder = path("run"), .row = image(*catalogue, cat).row});
            QTRY_COMPARE(found(*catalogue, {.text = "cover", .minStars = 4}).size(), 1);
        }
        QVERIFY(QFile::remove(path("data/catalogue.sqlite")));
        Catalogue again(path("data"));
        QTRY_COMPARE(found(again, {.text = "cover", .minStars = 4}).size(), 1);
    }

    void filtersFindWhatIsLeftToRate() {
        const auto catalogue = opened();
        const auto ids = found(*catalogue);
        catalogue->rate({ids[0]}, 5);
        catalogue->rate({ids[1]}, rejected);
        catalogue->add({.folder = path("run"),
                        .row = {.item = gallery_row(3, "a cow").item},
                        .state = ImageState::Failed,
                        .reason = "too large"});
        using Show = GalleryQuery::Show;
        QTRY_COMPARE(found(*catalogue).size(), 4);
        QCOMPARE(found(*catalogue, {.show = Show::Unrated}), QVector<qint64>{ids[2]});
        QCOMPARE(found(*catalogue, {.show = Show::NotRejected}).size(), 3);
        QCOMPARE(found(*catalogue, {.show = Show::Rejected}), QVector<qint64>{ids[1]});
        QCOMPARE(found(*catalogue, {.show = Show::Failed}).size(), 1);
        std::vector<int> ratings;
        for (const RatedImage& rated : catalogue->ratings(found(*catalogue)).result()) ratings.push_back(rated.rating);
        QCOMPARE(ratings, (std::vector<int>{5, rejected, 0}));  // the failed one is no image
    }

    /// Also if the program ended before the catalogue heard of it.
    void culledImagesStayAway() {
        {
            const auto catalogue = opened();
            append_marks(path("run").toStdString(),
                         {{.file = "0.png", .culled = true}, {.file = "1.png", .culled = true}});
            QVERIFY(QFile::remove(path("run/0.png")));
        }
        {
            Catalogue again(path("data"));
            QTRY_COMPARE(found(again).size(), 2);  // the other one is there
            QVERIFY(found(again, {.text = "dog"}).isEmpty());
        }
        QVERIFY(QFile::remove(path("data/catalogue.sqlite")));
        Catalogue rebuilt(path("data"));
        QTRY_COMPARE(found(rebuilt).size(), 2);
    }

    void manyImagesAreRatedAndForgottenAtOnce() {
        constexpr int count = 100'000;  // as SQL, their numbers are longer than a statement may be
        Catalogue catalogue(path("data"));
        catalogue.add({.folder = path("run"), .row = gallery_row(0, "a dog")});
        QTRY_COMPARE(found(catalogue).size(), 1);
        QVector<qint64> ids;
        const qint64 run = runOf(found(catalogue).first());
        for (qint64 item = 0; item < count; ++item) ids << imageId(run, item);
        QSignalSpy problems(&catalogue, &Catalogue::problem);
        catalogue.rate(ids, 3);
        QCOMPARE(found(catalogue, {.minStars = 3}).size(), 1);
        catalogue.forget(ids);
        QVERIFY(found(catalogue).isEmpty());
        QVERIFY(problems.isEmpty());
    }
};

FANLIGHT_TEST(ImageNotesTest, QCoreApplication)
#include "tst_image_notes.moc"
