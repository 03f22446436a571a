<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>fanlight::ui::DetailsPane</name>
    <message numerus="yes">
        <source>%n image(s) selected</source>
        <translation>
            <numerusform>%n image selected</numerusform>
            <numerusform>%n images selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::DeviceCard</name>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ExportDialog</name>
    <message numerus="yes">
        <source>%n file(s) were left out because they are missing. The first is %1.</source>
        <translation>
            <numerusform>%n file was left out because it is missing: %1.</numerusform>
            <numerusform>%n files were left out because they are missing. The first is %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n image(s)</source>
        <translation>
            <numerusform>Export %n image</numerusform>
            <numerusform>Export %n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::FilterBar</name>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>%n star</numerusform>
            <numerusform>%n stars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n star(s) or more</source>
        <translation>
            <numerusform>%n star or more</numerusform>
            <numerusform>%n stars or more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::FindBar</name>
    <message numerus="yes">
        <source>%n row(s) changed.</source>
        <translation>
            <numerusform>%n row changed.</numerusform>
            <numerusform>%n rows changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryActions</name>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>%n star</numerusform>
            <numerusform>%n stars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash?</source>
        <translation>
            <numerusform>Move %n image to the trash?</numerusform>
            <numerusform>Move %n images to the trash?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryModel</name>
    <message numerus="yes">
        <source>%1, %n star(s)</source>
        <translation>
            <numerusform>%1, %n star</numerusform>
            <numerusform>%1, %n stars</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryPane</name>
    <message numerus="yes">
        <source>%L1 image(s)</source>
        <translation>
            <numerusform>%L1 image</numerusform>
            <numerusform>%L1 images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash.</source>
        <translation>
            <numerusform>%n image was moved to the trash.</numerusform>
            <numerusform>%n images were moved to the trash.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ModeForecast</name>
    <message numerus="yes">
        <source>%n stage(s)</source>
        <translation>
            <numerusform>%n stage</numerusform>
            <numerusform>%n stages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipeline(s)</source>
        <translation>
            <numerusform>%n pipeline</numerusform>
            <numerusform>%n pipelines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PromptModel</name>
    <message numerus="yes">
        <source>%n image(s) done</source>
        <translation>
            <numerusform>%n image done</numerusform>
            <numerusform>%n images done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The last %n token(s) have no effect: the prompt is longer than the model reads.</source>
        <translation>
            <numerusform>The last token has no effect: the model does not read so much at a time.</numerusform>
            <numerusform>The last %n tokens have no effect: the model does not read so much at a time.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PromptTable</name>
    <message numerus="yes">
        <source>%1 (set in %n row(s))</source>
        <translation>
            <numerusform>%1 (set in %n row)</numerusform>
            <numerusform>%1 (set in %n rows)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PromptsPane</name>
    <message numerus="yes">
        <source>%n file(s) could not be read.</source>
        <translation>
            <numerusform>%n file could not be read.</numerusform>
            <numerusform>%n files could not be read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s)</source>
        <translation>
            <numerusform>%n prompt</numerusform>
            <numerusform>%n prompts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ResultTexts</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ResultsPane</name>
    <message numerus="yes">
        <source>%L1 text(s)</source>
        <translation>
            <numerusform>%L1 text</numerusform>
            <numerusform>%L1 texts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to %1.</source>
        <translation>
            <numerusform>%n row written to %1.</numerusform>
            <numerusform>%n rows written to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunController</name>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n literal prompt(s) are longer than the model reads at a time, the first in row %1: the end has no effect.</source>
        <translation>
            <numerusform>A literal prompt is longer than the model reads at a time, in row %1: the end has no effect.</numerusform>
            <numerusform>%n literal prompts are longer than the model reads at a time, the first in row %1: the end has no effect.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) name networks, such as %2 in row %1, that are no LoRAs and have no effect.</source>
        <translation>
            <numerusform>A prompt names a network, %2 in row %1, that is no LoRA and has no effect.</numerusform>
            <numerusform>%n prompts name networks, such as %2 in row %1, that are no LoRAs and have no effect.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) make several identical images, since every row has the same seed.</source>
        <translation>
            <numerusform>%n prompt makes several images that are all alike, since every row has the same seed.</numerusform>
            <numerusform>%n prompts make several images that are all alike, since every row has the same seed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>%n left out</numerusform>
            <numerusform>%n left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Generate, after %n run(s)</source>
        <translation>
            <numerusform>Generate, after %n run</numerusform>
            <numerusform>Generate, after %n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunModel</name>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>%n left out</numerusform>
            <numerusform>%n left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::TaskWords</name>
    <message numerus="yes">
        <source>%1 of %n image(s)</source>
        <translation>
            <numerusform>%1 of %n image</numerusform>
            <numerusform>%1 of %n images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) made</source>
        <translation>
            <numerusform>%n image made</numerusform>
            <numerusform>%n images made</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n text(s)</source>
        <translation>
            <numerusform>%1 of %n text</numerusform>
            <numerusform>%1 of %n texts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) made</source>
        <translation>
            <numerusform>%n text made</numerusform>
            <numerusform>%n texts made</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) read</source>
        <translation>
            <numerusform>%n text read</numerusform>
            <numerusform>%n texts read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ImageSettings</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::SelectionEdit</name>
    <message numerus="yes">
        <source>%n value(s) were copied; copy one, or select as many rows.</source>
        <translation>
            <numerusform>%n value was copied; select one row.</numerusform>
            <numerusform>%n values were copied; copy one, or select %n rows.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ValueDialog</name>
    <message numerus="yes">
        <source>Set a value in %n row(s)</source>
        <translation>
            <numerusform>Set a value in %n row</numerusform>
            <numerusform>Set a value in %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::QueuePane</name>
    <message numerus="yes">
        <source>%n run(s) waiting</source>
        <translation>
            <numerusform>%n run waiting</numerusform>
            <numerusform>%n runs waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::KeepBestDialog</name>
    <message numerus="yes">
        <source>The best of the %n selected image(s) are kept; the rest are moved to the trash.</source>
        <translation>
            <numerusform>The selected image is kept if it is one of the best, else it is moved to the trash.</numerusform>
            <numerusform>Of the %n selected images, the best are kept and the rest are moved to the trash.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The best of the %n image(s) in the gallery&apos;s current view are kept; the rest are moved to the trash.</source>
        <translation>
            <numerusform>The image in the gallery&apos;s current view is kept if it is one of the best, else it is moved to the trash.</numerusform>
            <numerusform>Of the %n images in the gallery&apos;s current view, the best are kept and the rest are moved to the trash.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>%n star</numerusform>
            <numerusform>%n stars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n star(s) or more</source>
        <translation>
            <numerusform>%n star or more</numerusform>
            <numerusform>%n stars or more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) kept</source>
        <translation>
            <numerusform>%n image is kept</numerusform>
            <numerusform>%n images are kept</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash</source>
        <translation>
            <numerusform>%n image is moved to the trash</numerusform>
            <numerusform>%n images are moved to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n of them unrated</source>
        <translation>
            <numerusform>, %n of them unrated</numerusform>
            <numerusform>, %n of them unrated</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation>
            <numerusform>Move %n image to the trash</numerusform>
            <numerusform>Move %n images to the trash</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::Trash</name>
    <message numerus="yes">
        <source>%n image(s) could not be moved to the trash and stay where they are. The first is %1.</source>
        <translation>
            <numerusform>%n image could not be moved to the trash and stays where it is: %1.</numerusform>
            <numerusform>%n images could not be moved to the trash and stay where they are. The first is %1.</numerusform>
        </translation>
    </message>
</context>
</TS>
