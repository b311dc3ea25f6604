// Draws frames into panes with Cornerstone3D, and nothing else; only this folder knows the library. Tools, contours,
// numbers and loading stand elsewhere; here a view (which millimetre is in the middle, how many a screen pixel) becomes
// a camera.
import {
  Enums,
  getShouldUseCPURendering,
  init,
  RenderingEngine,
  setUseCPURendering,
  type Types,
  utilities,
} from "@cornerstonejs/core";

import type { Plane } from "../regions/plane";
import type { Point2 } from "../regions/ring";
import type { SeriesFrames } from "./frames";
import { imageIdOf, offerFrames } from "./images";
import { COLOUR_MAPS, screenRange, type Window } from "./shades";

/** Which millimetre of the frame's plane is in the middle of the pane, and how many millimetres a CSS pixel shows. */
export interface View {
  readonly centre: Point2;
  readonly scale: number;
}

export type Renderer = "auto" | "graphics" | "processor";

let started = false;

function start(renderer: Renderer): void {
  if (started) return;
  started = true;
  init();
  if (renderer === "processor" || (renderer === "auto" && isDrawnInSoftware())) setUseCPURendering(true);
  for (const { name, points } of COLOUR_MAPS) {
    utilities.colormap.registerColormap({ Name: name, name, ColorSpace: "RGB", RGBPoints: [...points] } as never);
  }
  offerFrames();
}

/** A graphics interface without a graphics card behind it is slower than drawing on the processor right away. */
function isDrawnInSoftware(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return true;
  const facts = gl.getExtension("WEBGL_debug_renderer_info");
  const name = facts ? String(gl.getParameter(facts.UNMASKED_RENDERER_WEBGL)) : "";
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

/** All panes of a page. */
export class Stage {
  private readonly engine: RenderingEngine;
  private readonly panes = new Map<string, Pane>();

  constructor(renderer: Renderer = "auto") {
    start(renderer);
    this.engine = new RenderingEngine(`stage-${Math.random().toString(36).slice(2)}`);
  }

  pane(element: HTMLDivElement): Pane {
    const id = `pane-${this.panes.size + 1}-${Math.random().toString(36).slice(2)}`;
    this.engine.enableElement({ viewportId: id, type: Enums.ViewportType.STACK, element });
    const pane = new Pane(element, this.engine.getViewport(id) as Types.IStackViewport);
    this.panes.set(id, pane);
    return pane;
  }

  /** The panes' elements have another size. */
  resize(): void {
    this.engine.resize(true, false);
    for (const pane of this.panes.values()) pane.place();
  }

  close(): void {
    this.engine.destroy();
    this.panes.clear();
  }
}

interface ProcessorViewport {
  readonly _cpuFallbackEnabledElement: {
    readonly viewport: { translation: { x: number; y: number }; scale: number };
  };
}

/** One place on the screen that shows one frame. */
export class Pane {
  private series: SeriesFrames | null = null;
  private shown = -1;
  private wanted: { series: SeriesFrames; index: number } | null = null;
  private drawing: Promise<void> | null = null;
  private view: View = { centre: [0, 0], scale: 1 };
  private window: Window | null = null;
  private colours = "grey";

  constructor(
    readonly element: HTMLDivElement,
    private readonly viewport: Types.IStackViewport,
  ) {}

  /**
   * True when the frame is on the screen; false when another was asked for meanwhile. Asked for faster than it can
   * draw, the pane skips frames, and always ends on the last.
   */
  async show(series: SeriesFrames, index: number): Promise<boolean> {
    const wanted = { series, index };
    this.wanted = wanted;
    this.drawing ??= this.draw().finally(() => {
      this.drawing = null;
    });
    await this.drawing;
    return this.wanted === wanted;
  }

  private async draw(): Promise<void> {
    while (this.wanted && (this.series !== this.wanted.series || this.shown !== this.wanted.index)) {
      const { series, index } = this.wanted;
      await series.need(index);
      if (this.series === series) await this.viewport.setImageIdIndex(index);
      else {
        this.window = null;
        const ids = series.planes.map((_, i) => imageIdOf(series, i));
        await this.viewport.setStack(ids, index);
      }
      this.series = series;
      this.shown = index;
      this.shade();
      this.place();
    }
  }

  setView(view: View): void {
    this.view = view;
    this.place();
  }

  setWindow(window: Window): void {
    this.window = window;
    this.shade();
    this.viewport.render();
  }

  setColours(name: string): void {
    this.colours = name;
    this.shade();
    this.viewport.render();
  }

  /** Put the camera where the view says. */
  place(): void {
    const plane = this.plane;
    const height = this.element.clientHeight;
    if (!plane || height === 0) return;
    if (getShouldUseCPURendering()) this.placeOnProcessor(plane);
    else this.placeOnGraphics(plane, height);
    this.viewport.render();
  }

  /** The camera moves within the plane; how far before it it stands is the library's own business. */
  private placeOnGraphics(plane: Plane, height: number): void {
    const { focalPoint, position } = this.viewport.getCamera();
    if (!focalPoint || !position) return;
    const wanted = plane.toLps(this.view.centre);
    const depth = plane.distance(focalPoint);
    const focus = wanted.map((place, axis) => place + depth * plane.normal[axis]!) as Types.Point3;
    const eye = focus.map((place, axis) => place + position[axis]! - focalPoint[axis]!) as Types.Point3;
    this.viewport.setCamera({ focalPoint: focus, position: eye, parallelScale: (height / 2) * this.view.scale });
  }

  /**
   * Without a graphics card the library's camera errs where the screen has more pixels than CSS, or where voxels
   * are not square; so its transformation is set itself: a shift in voxels from the image's middle, then a scale.
   */
  private placeOnProcessor(plane: Plane): void {
    const element = (this.viewport as unknown as ProcessorViewport)._cpuFallbackEnabledElement;
    const [column, row] = plane.toPixel(this.view.centre);
    element.viewport.translation = { x: (plane.columns - 1) / 2 - column, y: (plane.rows - 1) / 2 - row };
    element.viewport.scale = Math.min(...plane.spacing) / this.view.scale;
  }

  private get plane(): Plane | undefined {
    return this.series?.planes[this.shown];
  }

  private shade(): void {
    if (!this.series) return;
    const { facts } = this.series;
    this.viewport.setProperties({
      colormap: { name: this.colours },
      voiRange: screenRange(facts, this.window ?? facts.window),
      interpolationType: Enums.InterpolationType.LINEAR,
    });
  }
}

